import { Dialog } from '../design/dialog.tsx'
import { useReturnFocus } from '../design/use-return-focus.ts'
import { shortcuts } from './shortcuts.ts'
import { useChatUi } from './use-chat-ui.ts'

export function ShortcutsDialog() {
  const returnFocus = useReturnFocus()
  const isOpen = useChatUi((ui) => ui.isHelpOpen)
  return (
    <Dialog
      isOpen={isOpen}
      onClose={() => useChatUi.setState({ isHelpOpen: false })}
      title="Keyboard shortcuts"
      onCloseAutoFocus={returnFocus}
    >
      <dl className="grid gap-3">
        {shortcuts.map(({ keys, does }) => (
          <div key={does} className="flex items-center justify-between gap-4 text-sm">
            <dt className="text-ink-soft">{does}</dt>
            <dd className="flex gap-1">
              {keys.map((key) => (
                <kbd key={key} className="min-w-7 rounded-md border border-line bg-hover px-1.5 py-0.5 text-center font-sans text-xs">
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
