import { History } from 'lucide-react'
import { Link } from 'react-router'
import { isApiError } from '../../api/api-error.ts'
import { useConversation } from '../use-conversations.ts'

/** Says at the beginning of a conversation that it carries a summary of another, and leads back while that is there. */
export function ContinuedNote({ from }: { from: string }) {
  const { data: before, error } = useConversation(from)
  const isGone = isApiError(error) && error.status === 404
  return (
    <p className="mx-auto mb-2 flex max-w-xl items-center gap-2.5 rounded-2xl bg-sidebar px-4 py-3 text-ink-soft text-sm">
      <History className="size-4 shrink-0" aria-hidden="true" />
      <span className="min-w-0 [overflow-wrap:anywhere]">
        {before && !isGone ? (
          <>
            Continues{' '}
            <Link to={`/c/${from}`} className="font-medium text-accent underline-offset-2 hover:underline">
              {before.title ?? 'another chat'}
            </Link>
            : a summary of it is known here.
          </>
        ) : isGone ? (
          'Continues a chat that has been deleted; a summary of it is known here.'
        ) : (
          'Continues another chat: a summary of it is known here.'
        )}
      </span>
    </p>
  )
}
