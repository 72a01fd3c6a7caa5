import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { queryClient } from '../api/client.ts'
import { QueryProblem } from '../app/query-problem.tsx'
import { Alert } from '../design/alert.tsx'
import { Badge } from '../design/badge.tsx'
import { Button } from '../design/button.tsx'
import { Dialog } from '../design/dialog.tsx'
import { Skeleton } from '../design/skeleton.tsx'
import { showNotice } from '../design/toast.tsx'
import { useReturnFocus } from '../design/use-return-focus.ts'
import { listVersions, type Prompt, promptKeys, restoreVersion } from './prompts-api.ts'

interface VersionsDialogProps {
  prompt: Prompt
  onClose: () => void
}

/** All that a prompt has been, newest first, and the way back to each. */
export function VersionsDialog({ prompt: { id, name, version: current, mine }, onClose }: VersionsDialogProps) {
  const returnFocus = useReturnFocus()
  const versions = useInfiniteQuery({
    queryKey: promptKeys.versions(id),
    queryFn: ({ pageParam, signal }) => listVersions(id, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 0,
  })
  const restore = useMutation({
    mutationFn: (version: number) => restoreVersion(id, version),
    onSuccess: (_prompt, version) => {
      void queryClient.invalidateQueries({ queryKey: promptKeys.all })
      showNotice(`Version ${version} is back`)
      onClose()
    },
  })
  return (
    <Dialog isOpen size="medium" onClose={onClose} onCloseAutoFocus={returnFocus} title={`Versions of ${name}`}>
      <div className="grid grid-cols-1 gap-3">
        {versions.isPending && <Skeleton className="h-24 rounded-xl" />}
        {versions.isError && <QueryProblem error={versions.error} onRetry={() => void versions.refetch()} />}
        {restore.error && <Alert>{restore.error.message}</Alert>}
        <ol className="grid grid-cols-1 gap-3">
          {versions.data?.pages
            .flatMap(({ items }) => items)
            .map(({ version, name: was, text, createdAt }) => (
              <li key={version} className="rounded-xl border border-line p-3.5">
                <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
                  <span className="font-medium text-sm">Version {version}</span>
                  <span className="text-ink-faint text-xs">
                    {new Date(createdAt).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}
                  </span>
                  <span className="ml-auto">
                    {version === current ? (
                      <Badge look="accent">Current</Badge>
                    ) : (
                      mine && (
                        <Button size="small" disabled={restore.isPending} onClick={() => restore.mutate(version)}>
                          Restore
                          <span className="sr-only"> version {version}</span>
                        </Button>
                      )
                    )}
                  </span>
                </div>
                {was !== name && <p className="mt-1.5 font-medium text-sm [overflow-wrap:anywhere]">{was}</p>}
                <p className="mt-1.5 max-h-32 overflow-y-auto whitespace-pre-wrap text-ink-soft text-sm [overflow-wrap:anywhere]">{text}</p>
              </li>
            ))}
        </ol>
        {versions.hasNextPage && (
          <Button isBusy={versions.isFetchingNextPage} onClick={() => void versions.fetchNextPage()}>
            Older versions
          </Button>
        )}
      </div>
    </Dialog>
  )
}
