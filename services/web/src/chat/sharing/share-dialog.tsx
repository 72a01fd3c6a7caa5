import { useMutation, useQuery } from '@tanstack/react-query'
import { ExternalLink, Link2 } from 'lucide-react'
import { queryClient } from '../../api/client.ts'
import { QueryProblem } from '../../app/query-problem.tsx'
import { Alert } from '../../design/alert.tsx'
import { Button } from '../../design/button.tsx'
import { CopyField } from '../../design/copy-field.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { Skeleton } from '../../design/skeleton.tsx'
import { useReturnFocus } from '../../design/use-return-focus.ts'
import type { Conversation } from '../chat-api.ts'
import { keys } from '../query-keys.ts'
import { findShare, revokeShare, type Share, saveShare } from './share-api.ts'

interface ShareDialogProps {
  conversation: Conversation
  onClose: () => void
}

/** Makes a public link to a conversation as it is now, and takes it back. */
export function ShareDialog({ conversation: { id, title }, onClose }: ShareDialogProps) {
  const returnFocus = useReturnFocus()
  const queryKey = keys.share(id)
  const share = useQuery({ queryKey, queryFn: ({ signal }) => findShare(id, signal), staleTime: 0 })
  const keep = (next: Share | null) => queryClient.setQueryData(queryKey, next)
  const save = useMutation({ mutationFn: () => saveShare(id), onSuccess: keep })
  const revoke = useMutation({ mutationFn: () => revokeShare(id), onSuccess: () => keep(null) })
  const problem = save.error ?? revoke.error

  return (
    <Dialog
      isOpen
      size="medium"
      onClose={onClose}
      onCloseAutoFocus={returnFocus}
      title="Share the chat"
      description={
        <>
          Whoever has the link can read <strong className="font-medium text-ink">{title ?? 'this chat'}</strong> without logging in: its
          title and the messages of the version that is shown now. Your name, your instructions and what you write later are not part of it.
        </>
      }
      actions={
        share.data === null && (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button look="primary" isBusy={save.isPending} onClick={() => save.mutate()}>
              <Link2 className="size-4" aria-hidden="true" />
              Create link
            </Button>
          </>
        )
      }
    >
      <div className="grid gap-4">
        {share.isPending && <Skeleton className="h-11 rounded-xl" />}
        {share.isError && <QueryProblem error={share.error} onRetry={() => void share.refetch()} />}
        {problem && <Alert>{problem.message}</Alert>}
        {share.data && (
          <SharedLink
            share={share.data}
            isBusy={save.isPending || revoke.isPending}
            onUpdate={() => save.mutate()}
            onRevoke={() => revoke.mutate()}
          />
        )}
      </div>
    </Dialog>
  )
}

interface SharedLinkProps {
  share: Share
  isBusy: boolean
  onUpdate: () => void
  onRevoke: () => void
}

const SharedLink = ({ share: { url, createdAt }, isBusy, onUpdate, onRevoke }: SharedLinkProps) => (
  <>
    <CopyField label="Link" text={url} />
    <p role="status" className="text-ink-soft text-sm">
      Shows the chat as it was on {new Date(createdAt).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}.
    </p>
    <div className="flex flex-wrap items-center gap-2">
      <Button size="small" isBusy={isBusy} onClick={onUpdate}>
        Update to now
      </Button>
      <Button asChild size="small">
        <a href={url} target="_blank" rel="noreferrer">
          <ExternalLink className="size-3.5" aria-hidden="true" />
          Open
        </a>
      </Button>
      <Button size="small" look="quiet" className="ml-auto text-danger! hover:bg-danger-soft!" disabled={isBusy} onClick={onRevoke}>
        Revoke the link
      </Button>
    </div>
  </>
)
