import { Bot, ChevronDown, MessageSquare, Search, SquarePen, User } from 'lucide-react'
import { Dialog as Primitive } from 'radix-ui'
import { type ReactNode, useId, useState } from 'react'
import { useNavigate } from 'react-router'
import { Button } from '../../design/button.tsx'
import { Spinner } from '../../design/spinner.tsx'
import { useActiveOption } from '../../design/use-active-option.ts'
import { useReturnFocus } from '../../design/use-return-focus.ts'
import { commandKey } from '../shortcuts.ts'
import { messageAddress } from '../use-branch.ts'
import { useChatUi } from '../use-chat-ui.ts'
import { useConversationList } from '../use-conversations.ts'
import { useDebounced } from '../use-debounced.ts'
import { useNewChat } from '../use-new-chat.ts'
import { Excerpt } from './excerpt.tsx'
import { groupHits } from './group-hits.ts'
import { useMessageSearch } from './use-message-search.ts'

interface Choice {
  key: string
  icon: ReactNode
  name: ReactNode
  aside?: string
  /** Stands over the first of a group. */
  heading?: string
  staysOpen?: boolean
  run: () => void
}

/** Chats by their title: many while nothing is looked for, a few beside the messages that were found. */
const RECENT = 8
const NAMED = 4

/** Ctrl+K: one field that finds a chat or a message, or begins a new chat. */
export function Palette() {
  const returnFocus = useReturnFocus()
  const [text, setText] = useState(() => useChatUi.getState().paletteText)
  const listId = useId()
  const q = useDebounced(text.trim(), 150)
  const { choices, isSearching, isNothingFound, problem, retry } = useChoices(q)
  const close = () => useChatUi.setState({ isPaletteOpen: false })

  const choose = (choice: Choice | undefined) => {
    if (!choice) return
    if (!choice.staysOpen) close()
    choice.run()
  }
  const { index, setActive, onKeyDown, list } = useActiveOption(choices.length, (place) => choose(choices[place]), text ? 1 : 0)

  return (
    <Primitive.Root open onOpenChange={(isOpen) => !isOpen && close()}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 animate-fade-in bg-overlay" />
        <Primitive.Content
          aria-describedby={undefined}
          onCloseAutoFocus={returnFocus}
          className="fixed inset-x-3 top-[8vh] z-50 mx-auto flex max-h-[80dvh] max-w-xl animate-rise flex-col overflow-hidden rounded-2xl border border-line bg-raised shadow-lifted outline-none sm:inset-x-4 sm:top-[12vh] sm:max-h-[70dvh]"
        >
          <Primitive.Title className="sr-only">Find a chat or a message</Primitive.Title>
          <div className="flex shrink-0 items-center gap-3 border-line border-b px-4">
            {isSearching ? (
              <Spinner className="size-4.5 shrink-0 text-ink-faint" />
            ) : (
              <Search className="size-4.5 shrink-0 text-ink-faint" aria-hidden="true" />
            )}
            <input
              role="combobox"
              aria-label="Find a chat or a message"
              aria-expanded="true"
              aria-controls={listId}
              aria-activedescendant={`${listId}-${index}`}
              placeholder="Find a chat or a message"
              value={text}
              maxLength={200}
              onChange={(event) => {
                setText(event.target.value)
                // What somebody looks for comes before what they could begin.
                setActive(event.target.value.trim() ? 1 : 0)
              }}
              onKeyDown={onKeyDown}
              className="h-14 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-ink-faint"
            />
          </div>
          <div ref={list} id={listId} role="listbox" aria-label="Chats and messages" className="min-h-0 overflow-y-auto p-2">
            {choices.map((choice, place) => (
              <div key={choice.key} role="presentation">
                {choice.heading && (
                  <p role="presentation" className="truncate px-3 pt-3 pb-1 font-medium text-ink-faint text-xs">
                    {choice.heading}
                  </p>
                )}
                <div
                  id={`${listId}-${place}`}
                  data-place={place}
                  role="option"
                  tabIndex={-1}
                  aria-selected={place === index}
                  onPointerMove={() => setActive(place)}
                  onClick={() => choose(choice)}
                  onKeyDown={onKeyDown}
                  className={`flex min-h-11 cursor-pointer items-center gap-3 rounded-xl px-3 py-2 text-sm [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-ink-soft ${place === index ? 'bg-hover' : ''}`}
                >
                  {choice.icon}
                  <span className="min-w-0 flex-1">{choice.name}</span>
                  {choice.aside && <span className="shrink-0 text-ink-faint text-xs">{choice.aside}</span>}
                </div>
              </div>
            ))}
          </div>
          <div role="status" className="shrink-0 text-ink-soft text-sm">
            {isNothingFound && <p className="px-5 pt-1 pb-5">Nothing found for “{q}”, neither in titles nor in messages.</p>}
            {problem && (
              <p className="flex items-center justify-between gap-3 border-line border-t px-5 py-3">
                Messages could not be searched. {problem}
                <Button size="small" onClick={retry}>
                  Try again
                </Button>
              </p>
            )}
          </div>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}

function useChoices(q: string) {
  const navigate = useNavigate()
  const newChat = useNewChat()
  const chats = useConversationList('recent', q)
  const messages = useMessageSearch(q)
  const named = (chats.data?.pages[0]?.items ?? []).slice(0, q ? NAMED : RECENT)
  const groups = groupHits(messages.data?.pages.flatMap(({ items }) => items) ?? [])

  const choices: Choice[] = [
    { key: 'new', icon: <SquarePen aria-hidden="true" />, name: 'New chat', aside: `${commandKey} Shift O`, run: newChat },
    ...named.map(({ id, title, updatedAt }, place) => ({
      key: id,
      icon: <MessageSquare aria-hidden="true" />,
      name: <span className="block truncate">{title ?? 'New chat'}</span>,
      aside: day(updatedAt),
      heading: place === 0 && q ? 'Chats' : undefined,
      run: () => void navigate(`/c/${id}`),
    })),
    ...groups.flatMap(({ conversationId, title, hits }) =>
      hits.map(({ messageId, role, highlights, createdAt }, place) => ({
        key: messageId,
        icon: role === 'user' ? <User aria-label="You" /> : <Bot aria-label="Parley" />,
        name: <Excerpt highlights={highlights} />,
        aside: day(createdAt),
        heading: place === 0 ? `In “${title ?? 'New chat'}”` : undefined,
        run: () => void navigate(messageAddress(conversationId, messageId)),
      })),
    ),
  ]
  if (messages.hasNextPage) {
    choices.push({
      key: 'more',
      icon: <ChevronDown aria-hidden="true" />,
      name: messages.isFetchingNextPage ? 'Loading…' : 'More messages',
      staysOpen: true,
      run: () => void messages.fetchNextPage(),
    })
  }
  const isSearching = q !== '' && (chats.isFetching || messages.isFetching)
  return {
    choices,
    isSearching,
    isNothingFound: q !== '' && !isSearching && choices.length === 1 && !messages.isError,
    problem: messages.isError ? messages.error.message : null,
    retry: () => void messages.refetch(),
  }
}

const day = (time: string) => new Date(time).toLocaleDateString(undefined, { day: 'numeric', month: 'short' })
