import { BookText } from 'lucide-react'
import { useId, useState } from 'react'
import { Link } from 'react-router'
import { QueryProblem } from '../app/query-problem.tsx'
import { Badge } from '../design/badge.tsx'
import { Button } from '../design/button.tsx'
import { Finder, FinderField, FinderList, FinderOption, FinderTitle } from '../design/finder.tsx'
import { Skeleton } from '../design/skeleton.tsx'
import { useActiveOption } from '../design/use-active-option.ts'
import { FillForm } from './fill-form.tsx'
import type { Prompt } from './prompts-api.ts'
import { usePrompts } from './use-prompts.ts'

interface PromptPickerProps {
  /** The text with its variables filled in. */
  onPick: (text: string) => void
  onClose: () => void
  /** Where the focus goes when it is gone. */
  onCloseAutoFocus: (event: Event) => void
}

/** Finds a prompt, asks for its variables, and hands over its text. */
export function PromptPicker({ onPick, onClose, onCloseAutoFocus }: PromptPickerProps) {
  const [chosen, setChosen] = useState<Prompt | null>(null)
  const form = useId()
  const pick = (text: string) => {
    onPick(text)
    onClose()
  }
  return (
    <Finder onClose={onClose} onCloseAutoFocus={onCloseAutoFocus}>
      {chosen ? (
        <>
          <FinderTitle className="shrink-0 px-6 pt-6 font-semibold text-lg">{chosen.name}</FinderTitle>
          <div className="min-h-0 overflow-y-auto px-6 py-4">
            <FillForm id={form} prompt={chosen} onFilled={pick} />
          </div>
          <div className="flex shrink-0 justify-end gap-2 px-6 pb-6">
            <Button onClick={() => setChosen(null)}>Back</Button>
            <Button type="submit" form={form} look="primary">
              Insert
            </Button>
          </div>
        </>
      ) : (
        <PromptList onChoose={(prompt) => (prompt.variables.length > 0 ? setChosen(prompt) : pick(prompt.text))} onClose={onClose} />
      )}
    </Finder>
  )
}

interface PromptListProps {
  onChoose: (prompt: Prompt) => void
  onClose: () => void
}

function PromptList({ onChoose, onClose }: PromptListProps) {
  const [text, setText] = useState('')
  const listId = useId()
  const prompts = usePrompts(text.trim())
  const found = prompts.data?.pages.flatMap(({ items }) => items) ?? []
  const choose = (prompt: Prompt | undefined) => prompt && onChoose(prompt)
  // Pressed before what was typed has been looked for, Enter would choose what stood there before.
  const chooseFound = (place: number) => !prompts.isPlaceholderData && choose(found[place])
  const { index, setActive, onKeyDown, list } = useActiveOption(found.length, chooseFound)

  return (
    <>
      <FinderTitle className="sr-only">Insert a prompt</FinderTitle>
      <FinderField
        label="Find a prompt"
        text={text}
        maxLength={100}
        onText={(next) => {
          setText(next)
          setActive(0)
        }}
        onKeyDown={onKeyDown}
        listId={listId}
        active={found.length > 0 ? index : undefined}
      />
      <FinderList ref={list} id={listId} label="Prompts">
        {found.map((prompt, place) => (
          <FinderOption
            key={prompt.id}
            listId={listId}
            place={place}
            isActive={place === index}
            onActivate={() => setActive(place)}
            onChoose={() => choose(prompt)}
            onKeyDown={onKeyDown}
            className="py-2.5"
          >
            <span className="flex items-center gap-2 font-medium">
              <span className="truncate">{prompt.name}</span>
              {prompt.shared && <Badge>Shared</Badge>}
            </span>
            <span className="mt-0.5 line-clamp-1 text-ink-soft">{prompt.text}</span>
          </FinderOption>
        ))}
      </FinderList>
      <div className="shrink-0 text-sm">
        {prompts.isPending && (
          <div role="status" aria-label="Loading" className="grid gap-2 px-5 pb-5">
            <Skeleton className="h-10" />
            <Skeleton className="h-10" />
          </div>
        )}
        {prompts.isError && (
          <div className="p-3">
            <QueryProblem error={prompts.error} onRetry={() => void prompts.refetch()} />
          </div>
        )}
        {prompts.data && found.length === 0 && (
          <p role="status" className="px-5 pt-2 pb-4 text-ink-soft">
            {text.trim() ? `No prompt is called “${text.trim()}”.` : 'You have no prompts yet: texts that you use again and again.'}
          </p>
        )}
        <Link
          to="/prompts"
          onClick={onClose}
          className="flex items-center gap-2.5 border-line border-t px-5 py-3 text-ink-soft outline-offset-[-2px] hover:bg-hover hover:text-ink"
        >
          <BookText className="size-4" aria-hidden="true" />
          All prompts
        </Link>
      </div>
    </>
  )
}
