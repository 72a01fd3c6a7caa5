import { BookText, Search } from 'lucide-react'
import { Dialog as Primitive } from 'radix-ui'
import { useId, useState } from 'react'
import { Link } from 'react-router'
import { QueryProblem } from '../app/query-problem.tsx'
import { Badge } from '../design/badge.tsx'
import { Button } from '../design/button.tsx'
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
    <Primitive.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 animate-fade-in bg-overlay" />
        <Primitive.Content
          aria-describedby={undefined}
          onCloseAutoFocus={onCloseAutoFocus}
          className="fixed inset-x-3 top-[8vh] z-50 mx-auto flex max-h-[80dvh] max-w-xl animate-rise flex-col overflow-hidden rounded-2xl border border-line bg-raised shadow-lifted outline-none sm:inset-x-4 sm:top-[12vh] sm:max-h-[70dvh]"
        >
          {chosen ? (
            <>
              <Primitive.Title className="shrink-0 px-6 pt-6 font-semibold text-lg">{chosen.name}</Primitive.Title>
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
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
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
  const { index, setActive, onKeyDown, list } = useActiveOption(found.length, (place) => choose(found[place]))

  return (
    <>
      <Primitive.Title className="sr-only">Insert a prompt</Primitive.Title>
      <div className="flex shrink-0 items-center gap-3 border-line border-b px-4">
        <Search className="size-4.5 shrink-0 text-ink-faint" aria-hidden="true" />
        <input
          role="combobox"
          aria-label="Find a prompt"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={found.length > 0 ? `${listId}-${index}` : undefined}
          placeholder="Find a prompt"
          value={text}
          maxLength={100}
          onChange={(event) => {
            setText(event.target.value)
            setActive(0)
          }}
          onKeyDown={onKeyDown}
          className="h-14 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-ink-faint"
        />
      </div>
      <div ref={list} id={listId} role="listbox" aria-label="Prompts" className="min-h-0 overflow-y-auto p-2">
        {found.map((prompt, place) => (
          <div
            key={prompt.id}
            id={`${listId}-${place}`}
            data-place={place}
            role="option"
            tabIndex={-1}
            aria-selected={place === index}
            onPointerMove={() => setActive(place)}
            onClick={() => choose(prompt)}
            onKeyDown={onKeyDown}
            className={`cursor-pointer rounded-xl px-3 py-2.5 text-sm ${place === index ? 'bg-hover' : ''}`}
          >
            <span className="flex items-center gap-2 font-medium">
              <span className="truncate">{prompt.name}</span>
              {prompt.shared && <Badge>Shared</Badge>}
            </span>
            <span className="mt-0.5 line-clamp-1 text-ink-soft">{prompt.text}</span>
          </div>
        ))}
      </div>
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
