import { CornerDownLeft, MessageSquare, Search, SquarePen } from 'lucide-react'
import { Dialog as Primitive } from 'radix-ui'
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react'
import { useNavigate } from 'react-router'
import { useReturnFocus } from '../design/use-return-focus.ts'
import { commandKey } from './shortcuts.ts'
import { useChatUi } from './use-chat-ui.ts'
import { useConversationList } from './use-conversations.ts'
import { useDebounced } from './use-debounced.ts'
import { useNewChat } from './use-new-chat.ts'

interface Choice {
  key: string
  icon: ReactNode
  name: string
  aside?: string
  run: () => void
}

const SHOWN = 8

/** Ctrl+K: one field that finds a chat or begins a new one. */
export function Palette() {
  const returnFocus = useReturnFocus()
  const [text, setText] = useState('')
  const [active, setActive] = useState(0)
  const listId = useId()
  const navigate = useNavigate()
  const newChat = useNewChat()
  const q = useDebounced(text.trim(), 150)
  const { data, isFetching } = useConversationList('recent', q)
  const close = () => useChatUi.setState({ isPaletteOpen: false })

  const choices: Choice[] = [
    { key: 'new', icon: <SquarePen aria-hidden="true" />, name: 'New chat', aside: `${commandKey} Shift O`, run: newChat },
    ...(data?.pages[0]?.items ?? []).slice(0, SHOWN).map(({ id, title, updatedAt }) => ({
      key: id,
      icon: <MessageSquare aria-hidden="true" />,
      name: title ?? 'New chat',
      aside: new Date(updatedAt).toLocaleDateString(undefined, { day: 'numeric', month: 'short' }),
      run: () => void navigate(`/c/${id}`),
    })),
  ]
  const index = Math.min(active, choices.length - 1)
  const choose = (choice: Choice | undefined) => {
    if (!choice) return
    close()
    choice.run()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) {
      event.preventDefault()
      setActive((index + step + choices.length) % choices.length)
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault()
      choose(choices[index])
    }
  }

  return (
    <Primitive.Root open onOpenChange={(isOpen) => !isOpen && close()}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 animate-fade-in bg-overlay" />
        <Primitive.Content
          aria-describedby={undefined}
          onCloseAutoFocus={returnFocus}
          className="fixed inset-x-4 top-[12vh] z-50 mx-auto max-w-xl animate-rise overflow-hidden rounded-2xl border border-line bg-raised shadow-lifted outline-none"
        >
          <Primitive.Title className="sr-only">Find a chat</Primitive.Title>
          <div className="flex items-center gap-3 border-line border-b px-4">
            <Search className="size-4.5 shrink-0 text-ink-faint" aria-hidden="true" />
            <input
              role="combobox"
              aria-label="Find a chat"
              aria-expanded="true"
              aria-controls={listId}
              aria-activedescendant={`${listId}-${index}`}
              placeholder="Find a chat or begin a new one"
              value={text}
              onChange={(event) => {
                setText(event.target.value)
                // What somebody looks for comes before what they could begin.
                setActive(event.target.value.trim() ? 1 : 0)
              }}
              onKeyDown={onKeyDown}
              className="h-14 flex-1 bg-transparent text-base outline-none placeholder:text-ink-faint"
            />
          </div>
          <div id={listId} role="listbox" aria-label="Chats" className="max-h-[50vh] overflow-y-auto p-2">
            {choices.map((choice, place) => (
              <div
                key={choice.key}
                id={`${listId}-${place}`}
                role="option"
                tabIndex={-1}
                aria-selected={place === index}
                onPointerMove={() => setActive(place)}
                onClick={() => choose(choice)}
                onKeyDown={onKeyDown}
                className={`flex h-11 cursor-pointer items-center gap-3 rounded-xl px-3 text-sm [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-ink-soft ${place === index ? 'bg-hover' : ''}`}
              >
                {choice.icon}
                <span className="min-w-0 flex-1 truncate">{choice.name}</span>
                {place === index ? <CornerDownLeft aria-hidden="true" /> : <span className="text-ink-faint text-xs">{choice.aside}</span>}
              </div>
            ))}
            {q && !isFetching && choices.length === 1 && <p className="px-3 py-4 text-ink-soft text-sm">No chat is called “{q}”.</p>}
          </div>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
