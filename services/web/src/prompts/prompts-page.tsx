import { BookText, Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useNavigate } from 'react-router'
import { ErrorBoundary } from '../app/error-boundary.tsx'
import { PageFrame, Section } from '../app/page-frame.tsx'
import { QueryProblem } from '../app/query-problem.tsx'
import { keepDraft } from '../chat/use-chat-ui.ts'
import { useDebounced } from '../chat/use-debounced.ts'
import { Button } from '../design/button.tsx'
import { EmptyState } from '../design/empty-state.tsx'
import { Input } from '../design/input.tsx'
import { Skeleton } from '../design/skeleton.tsx'
import { PromptCard } from './prompt-card.tsx'
import type { PromptAction } from './prompt-dialogs.tsx'
import type { Prompt } from './prompts-api.ts'
import { usePrompts } from './use-prompts.ts'

const PromptDialogs = lazy(async () => ({ default: (await import('./prompt-dialogs.tsx')).PromptDialogs }))

/** The library: one's own prompts and those that are shared with everybody. */
export function PromptsPage() {
  const navigate = useNavigate()
  const [search, setSearch] = useState('')
  const q = useDebounced(search.trim(), 200)
  const [action, setAction] = useState<PromptAction | null>(null)
  const prompts = usePrompts(q)
  const found = prompts.data?.pages.flatMap(({ items }) => items) ?? []
  const groups = [
    { title: 'Yours', items: found.filter(({ mine }) => mine) },
    { title: 'Shared with everybody', items: found.filter(({ mine }) => !mine) },
  ].filter(({ items }) => items.length > 0)

  const use = (text: string) => {
    keepDraft(null, text)
    void navigate('/')
  }
  const onUse = (prompt: Prompt) => (prompt.variables.length > 0 ? setAction({ kind: 'fill', prompt }) : use(prompt.text))
  const create = () => setAction({ kind: 'edit', prompt: null })

  return (
    <PageFrame title="Prompts" lead="Texts you use again and again. In the chat, type / to insert one.">
      <div className="grid gap-8">
        <div className="flex flex-wrap gap-3">
          <Input
            type="search"
            aria-label="Search prompts"
            placeholder="Search"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            className="min-w-0 flex-1 basis-56"
          />
          <Button look="primary" className="h-11!" onClick={create}>
            <Plus className="size-4" aria-hidden="true" />
            New prompt
          </Button>
        </div>
        {prompts.isPending && <PromptsSkeleton />}
        {prompts.isError && <QueryProblem error={prompts.error} onRetry={() => void prompts.refetch()} />}
        {prompts.data && found.length === 0 && (
          <EmptyState icon={<BookText aria-hidden="true" />} title={q ? `No prompt is called “${q}”` : 'No prompts yet'}>
            {!q && 'Write down what you ask often. Parts that change stand in double braces, like {{topic}}, and are asked for each time.'}
          </EmptyState>
        )}
        {groups.map(({ title, items }) => (
          <Section key={title} title={title}>
            <ul className="grid gap-3 sm:grid-cols-2">
              {items.map((prompt) => (
                <PromptCard key={prompt.id} prompt={prompt} onUse={onUse} onAction={setAction} />
              ))}
            </ul>
          </Section>
        ))}
        {prompts.hasNextPage && (
          <div className="text-center">
            <Button isBusy={prompts.isFetchingNextPage} onClick={() => void prompts.fetchNextPage()}>
              Show more
            </Button>
          </div>
        )}
      </div>
      <ErrorBoundary fallback={null} resetKey={action?.kind ?? ''}>
        <Suspense>{action && <PromptDialogs action={action} onUse={use} onClose={() => setAction(null)} />}</Suspense>
      </ErrorBoundary>
    </PageFrame>
  )
}

const PromptsSkeleton = () => (
  <div role="status" aria-label="Loading" className="grid gap-3 sm:grid-cols-2">
    {[0, 1, 2, 3].map((card) => (
      <Skeleton key={card} className="h-36 rounded-2xl" />
    ))}
  </div>
)
