import { CopyPlus, Ellipsis, History, Pencil, Trash2 } from 'lucide-react'
import { Badge } from '../design/badge.tsx'
import { Button } from '../design/button.tsx'
import { IconButton } from '../design/icon-button.tsx'
import { Menu, MenuItem, MenuSeparator } from '../design/menu.tsx'
import type { PromptAction } from './prompt-dialogs.tsx'
import type { Prompt } from './prompts-api.ts'

interface PromptCardProps {
  prompt: Prompt
  onUse: (prompt: Prompt) => void
  onAction: (action: PromptAction) => void
}

export const PromptCard = ({ prompt, onUse, onAction }: PromptCardProps) => {
  const { name, text, variables, mine, shared } = prompt
  return (
    <li className="flex min-w-0 flex-col rounded-2xl border border-line p-4">
      <div className="flex items-start gap-2">
        <h3 className="min-w-0 flex-1 truncate pt-1 font-medium text-sm">{name}</h3>
        {mine && shared && <Badge className="mt-1.5">Shared</Badge>}
        <Menu
          trigger={
            <IconButton label={`Options of ${name}`} hasTooltip={false} size="small" className="-mt-0.5 -mr-1.5">
              <Ellipsis aria-hidden="true" />
            </IconButton>
          }
        >
          {mine && (
            <MenuItem icon={<Pencil aria-hidden="true" />} onSelect={() => onAction({ kind: 'edit', prompt })}>
              Edit…
            </MenuItem>
          )}
          <MenuItem icon={<CopyPlus aria-hidden="true" />} onSelect={() => onAction({ kind: 'copy', prompt })}>
            Make a copy…
          </MenuItem>
          <MenuItem icon={<History aria-hidden="true" />} onSelect={() => onAction({ kind: 'versions', prompt })}>
            Versions…
          </MenuItem>
          {mine && (
            <>
              <MenuSeparator />
              <MenuItem icon={<Trash2 aria-hidden="true" />} isDangerous onSelect={() => onAction({ kind: 'delete', prompt })}>
                Delete…
              </MenuItem>
            </>
          )}
        </Menu>
      </div>
      <p className="mt-1 line-clamp-3 flex-1 whitespace-pre-line text-ink-soft text-sm [overflow-wrap:anywhere]">{text}</p>
      <div className="mt-3 flex items-end gap-2">
        <span className="flex min-w-0 flex-1 flex-wrap gap-1">
          {variables.map((variable) => (
            <Badge key={variable}>{variable}</Badge>
          ))}
        </span>
        <Button size="small" onClick={() => onUse(prompt)}>
          Use
        </Button>
      </div>
    </li>
  )
}
