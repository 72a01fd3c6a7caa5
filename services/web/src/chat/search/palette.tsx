import { Bot, ChevronDown, MessageSquare, SquarePen, User } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import { useNavigate } from 'react-router'
import { Button } from '../../design/button.tsx'
import { Finder, FinderField, FinderList, FinderOption, FinderTitle } from '../../design/finder.tsx'
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
  const { choices, isCurrent, isSearching, isNothingFound, problem, retry } = useChoices(q)
  const close = () => useChatUi.setState({ isPaletteOpen: false })

  const choose = (choice: Choice | undefined) => {
    if (!choice) return
    if (!choice.staysOpen) close()
    choice.run()
  }
  // Pressed before what was typed has been looked for, Enter would choose what stood there before.
  const chooseFound = (place: number) => isCurrent && q === text.trim() && choose(choices[place])
  const { index, setActive, onKeyDown, list } = useActiveOption(choices.length, chooseFound, text ? 1 : 0)

  return (
    <Finder onClose={close} onCloseAutoFocus={returnFocus}>
      <FinderTitle className="sr-only">Find a chat or a message</FinderTitle>
      <FinderField
        label="Find a chat or a message"
        text={text}
        maxLength={200}
        onText={(next) => {
          setText(next)
          // What somebody looks for comes before what they could begin.
          setActive(next.trim() ? 1 : 0)
        }}
        onKeyDown={onKeyDown}
        listId={listId}
        active={index}
        isSearching={isSearching}
      />
      <FinderList ref={list} id={listId} label="Chats and messages">
        {choices.map((choice, place) => (
          <div key={choice.key} role="presentation">
            {choice.heading && (
              <p role="presentation" className="truncate px-3 pt-3 pb-1 font-medium text-ink-faint text-xs">
                {choice.heading}
              </p>
            )}
            <FinderOption
              listId={listId}
              place={place}
              isActive={place === index}
              onActivate={() => setActive(place)}
              onChoose={() => choose(choice)}
              onKeyDown={onKeyDown}
              className="flex min-h-11 items-center gap-3 py-2 [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-ink-soft"
            >
              {choice.icon}
              <span className="min-w-0 flex-1">{choice.name}</span>
              {choice.aside && <span className="shrink-0 text-ink-faint text-xs">{choice.aside}</span>}
            </FinderOption>
          </div>
        ))}
      </FinderList>
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
    </Finder>
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
    /** Not the last hits, which stay in sight while the next ones are looked for. */
    isCurrent: !chats.isPlaceholderData && !messages.isPlaceholderData && !(q !== '' && chats.isPending),
    isSearching,
    isNothingFound: q !== '' && !isSearching && choices.length === 1 && !messages.isError,
    problem: messages.isError ? messages.error.message : null,
    retry: () => void messages.refetch(),
  }
}

const day = (time: string) => new Date(time).toLocaleDateString(undefined, { day: 'numeric', month: 'short' })
