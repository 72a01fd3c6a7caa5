import { Archive, ArchiveRestore, Braces, FileText, Pencil, Pin, PinOff, Share, SlidersHorizontal, Trash2 } from 'lucide-react'
import { Suspense, useState } from 'react'
import { useMatch } from 'react-router'
import { ErrorBoundary } from '../app/error-boundary.tsx'
import { Menu, MenuItem, MenuSeparator, type MenuTrigger } from '../design/menu.tsx'
import { showNotice } from '../design/toast.tsx'
import type { Conversation } from './chat-api.ts'
import { DeleteDialog, InstructionsDialog, RenameDialog, ShareDialog } from './later.ts'
import { saveExport } from './save-export.ts'
import { useUpdateConversation } from './use-conversations.ts'
import { useNewChat } from './use-new-chat.ts'

interface ConversationMenuProps {
  conversation: Conversation
  trigger: MenuTrigger
  align?: 'start' | 'end'
}

/** All that can be done with a conversation as a whole. */
export function ConversationMenu({ conversation, trigger, align }: ConversationMenuProps) {
  const { id, pinned, archived } = conversation
  const [dialog, setDialog] = useState<'rename' | 'share' | 'instructions' | 'delete' | null>(null)
  const { mutate } = useUpdateConversation()
  const isShown = useMatch('/c/:conversationId')?.params.conversationId === id
  const newChat = useNewChat()

  const archive = () => {
    mutate({ id, changes: { archived: !archived } })
    showNotice(archived ? 'Back in your chats' : 'Archived', {
      label: 'Undo',
      onClick: () => mutate({ id, changes: { archived } }),
    })
    if (isShown && !archived) newChat()
  }

  return (
    <>
      <Menu trigger={trigger} align={align}>
        <MenuItem icon={<Pencil aria-hidden="true" />} onSelect={() => setDialog('rename')}>
          Rename
        </MenuItem>
        <MenuItem
          icon={pinned ? <PinOff aria-hidden="true" /> : <Pin aria-hidden="true" />}
          onSelect={() => mutate({ id, changes: { pinned: !pinned } })}
        >
          {pinned ? 'Unpin' : 'Pin'}
        </MenuItem>
        <MenuItem icon={archived ? <ArchiveRestore aria-hidden="true" /> : <Archive aria-hidden="true" />} onSelect={archive}>
          {archived ? 'Take out of the archive' : 'Archive'}
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={<Share aria-hidden="true" />} onSelect={() => setDialog('share')}>
          Share…
        </MenuItem>
        <MenuItem icon={<SlidersHorizontal aria-hidden="true" />} onSelect={() => setDialog('instructions')}>
          Instructions…
        </MenuItem>
        <MenuItem icon={<FileText aria-hidden="true" />} onSelect={() => void saveExport(id, 'md')}>
          Export as Markdown
        </MenuItem>
        <MenuItem icon={<Braces aria-hidden="true" />} onSelect={() => void saveExport(id, 'json')}>
          Export as JSON
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={<Trash2 aria-hidden="true" />} isDangerous onSelect={() => setDialog('delete')}>
          Delete…
        </MenuItem>
      </Menu>
      <ErrorBoundary fallback={null} resetKey={dialog ?? ''}>
        <Suspense>
          {dialog === 'rename' && <RenameDialog conversation={conversation} onClose={() => setDialog(null)} />}
          {dialog === 'share' && <ShareDialog conversation={conversation} onClose={() => setDialog(null)} />}
          {dialog === 'instructions' && <InstructionsDialog conversation={conversation} onClose={() => setDialog(null)} />}
          {dialog === 'delete' && (
            <DeleteDialog conversation={conversation} onClose={() => setDialog(null)} onDeleted={() => isShown && newChat()} />
          )}
        </Suspense>
      </ErrorBoundary>
    </>
  )
}
