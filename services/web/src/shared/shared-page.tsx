import type { sharingApi } from '@parley/contracts/public'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link2Off } from 'lucide-react'
import { useEffect } from 'react'
import { Link, useParams } from 'react-router'
import { PUBLIC, useSession } from '../accounts/session.ts'
import { isApiError } from '../api/api-error.ts'
import { http } from '../api/client.ts'
import { FullScreen } from '../app/full-screen.tsx'
import { QueryProblem } from '../app/query-problem.tsx'
import { Markdown } from '../chat/markdown/markdown.tsx'
import { Badge } from '../design/badge.tsx'
import { Button } from '../design/button.tsx'
import { EmptyState } from '../design/empty-state.tsx'
import { Mark, Wordmark } from '../design/mark.tsx'
import { Skeleton } from '../design/skeleton.tsx'
import { useNoIndex } from './use-no-index.ts'

type Shared = sharingApi.SharedConversation
type SharedMessage = Shared['items'][number]

/** A conversation as somebody shared it, for whoever has the link. */
export function SharedPage() {
  const { slug = '' } = useParams()
  const shared = useInfiniteQuery({
    queryKey: [PUBLIC, 'shared', slug],
    queryFn: ({ pageParam, signal }) =>
      http.request<Shared>('GET', `/shared/${encodeURIComponent(slug)}`, {
        query: { cursor: pageParam, limit: 100 },
        signal,
        isSignIn: true,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    // It is as it was.
    staleTime: Number.POSITIVE_INFINITY,
  })
  useNoIndex()
  const [first] = shared.data?.pages ?? []
  const title = first ? (first.title ?? 'Shared conversation') : null
  useEffect(() => {
    document.title = title ? `${title} · Parley` : 'Parley'
  }, [title])

  if (isApiError(shared.error) && shared.error.status === 404) return <Gone />
  return (
    <div className="min-h-dvh">
      <SharedHeader />
      <main className="mx-auto max-w-3xl px-4 pt-8 pb-16 sm:px-6">
        {shared.isPending && <SharedSkeleton />}
        {first && (
          <header className="mb-8 border-line border-b pb-6">
            <Badge look="accent">Shared conversation</Badge>
            <h1 className="mt-3 font-semibold text-2xl [overflow-wrap:anywhere]">{title}</h1>
            <p className="mt-1.5 text-ink-soft text-sm">
              As it was on {new Date(first.sharedAt).toLocaleDateString(undefined, { dateStyle: 'long' })}. Answers are written by a
              language model and can be wrong.
            </p>
          </header>
        )}
        <div className="grid grid-cols-1 gap-8">
          {shared.data?.pages
            .flatMap(({ items }) => items)
            .map((message, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: messages of a snapshot have no ids and never move
              <Message key={place} message={message} />
            ))}
        </div>
        {shared.isError && (
          <div className="mt-8">
            <QueryProblem error={shared.error} onRetry={() => void (first ? shared.fetchNextPage() : shared.refetch())} />
          </div>
        )}
        {shared.hasNextPage && !shared.isError && (
          <div className="mt-8 text-center">
            <Button isBusy={shared.isFetchingNextPage} onClick={() => void shared.fetchNextPage()}>
              Show more
            </Button>
          </div>
        )}
        {first && !shared.hasNextPage && <Invitation />}
      </main>
    </div>
  )
}

const Message = ({ message: { role, text } }: { message: SharedMessage }) =>
  role === 'user' ? (
    <article aria-label="Question" className="flex justify-end">
      <div className="max-w-[88%] whitespace-pre-wrap rounded-2xl rounded-br-md bg-bubble px-4 py-2.5 leading-relaxed [overflow-wrap:anywhere] sm:max-w-[80%]">
        {text}
      </div>
    </article>
  ) : (
    <article aria-label="Answer" className="flex gap-4">
      <Mark className="mt-0.5 hidden size-6 shrink-0 text-accent sm:block" />
      <div className="min-w-0 flex-1">
        <Markdown text={text} isGrowing={false} />
      </div>
    </article>
  )

function SharedHeader() {
  const { data: user } = useSession()
  return (
    <header className="sticky top-0 z-10 border-line border-b bg-paper">
      <div className="mx-auto flex h-14 max-w-3xl items-center justify-between gap-3 px-4 sm:px-6">
        <Link to="/" className="flex rounded-lg" aria-label="Parley">
          <Wordmark />
        </Link>
        <span className="flex items-center gap-2">
          {user ? (
            <Button asChild size="small">
              <Link to="/">Open Parley</Link>
            </Button>
          ) : (
            <>
              <Button asChild size="small" look="quiet" className="hidden sm:inline-flex">
                <Link to="/log-in">Log in</Link>
              </Button>
              <Button asChild size="small" look="primary">
                <Link to="/sign-up">Sign up</Link>
              </Button>
            </>
          )}
        </span>
      </div>
    </header>
  )
}

function Invitation() {
  const { data: user } = useSession()
  return (
    <aside className="mt-12 grid justify-items-center gap-3 rounded-2xl bg-sidebar px-6 py-8 text-center">
      <Mark className="size-8 text-accent" />
      <p className="font-medium">{user ? 'Something to ask yourself?' : 'Ask your own questions'}</p>
      <p className="max-w-sm text-ink-soft text-sm">Parley answers with the language models of several makers, in one calm place.</p>
      <Button asChild look="primary" className="mt-1">
        <Link to={user ? '/' : '/sign-up'}>{user ? 'Start a chat' : 'Sign up for free'}</Link>
      </Button>
    </aside>
  )
}

const Gone = () => (
  <FullScreen>
    <EmptyState
      icon={<Link2Off aria-hidden="true" />}
      title="This link is not valid any more"
      action={
        <Button asChild look="primary">
          <Link to="/">Go to Parley</Link>
        </Button>
      }
    >
      Whoever shared the conversation has taken it back, or a letter of the link is missing.
    </EmptyState>
  </FullScreen>
)

const SharedSkeleton = () => (
  <div role="status" aria-label="Loading the conversation" className="grid gap-5">
    <Skeleton className="h-5 w-36" />
    <Skeleton className="h-8 w-3/4" />
    <Skeleton className="mt-8 ml-auto h-11 w-3/5 rounded-2xl" />
    <Skeleton className="h-4 w-11/12" />
    <Skeleton className="h-4 w-full" />
    <Skeleton className="h-4 w-2/3" />
  </div>
)
