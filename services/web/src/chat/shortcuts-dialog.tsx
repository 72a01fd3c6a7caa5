import { Dialog } from '../design/dialog.tsx'
import { useReturnFocus } from '../design/use-return-focus.ts'
import { shortcuts } from './shortcuts.ts'
import { setCharacterKeys, useChatUi } from './use-chat-ui.ts'

export function ShortcutsDialog() {
  const returnFocus = useReturnFocus()
  const { isHelpOpen, hasCharacterKeys } = useChatUi()
  return (
    <Dialog
      isOpen={isHelpOpen}
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
      {/* Who speaks to the computer types characters without meaning to (WCAG 2.1.4). */}
      <label className="mt-5 flex items-center gap-2.5 border-line border-t pt-4 text-sm">
        <input
          type="checkbox"
          checked={hasCharacterKeys}
          onChange={(event) => setCharacterKeys(event.target.checked)}
          className="size-4 accent-accent"
        />
        <span>
          <kbd className="font-sans">/</kbd> and <kbd className="font-sans">?</kbd> work outside of fields
        </span>
      </label>
    </Dialog>
  )
}
