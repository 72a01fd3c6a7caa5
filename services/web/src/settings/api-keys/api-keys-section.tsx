import { useMutation, useQuery } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import { queryClient } from '../../api/client.ts'
import { Section } from '../../app/page-frame.tsx'
import { QueryProblem } from '../../app/query-problem.tsx'
import { Badge } from '../../design/badge.tsx'
import { Button } from '../../design/button.tsx'
import { ConfirmDialog } from '../../design/confirm-dialog.tsx'
import { Skeleton } from '../../design/skeleton.tsx'
import { showError, showNotice } from '../../design/toast.tsx'
import { type ApiKey, apiKeysKey, listApiKeys, revokeApiKey } from './api-keys-api.ts'
import { describeLife } from './lifetimes.ts'
import { NewKeyDialog } from './new-key-dialog.tsx'

const showDate = (time: string) => new Date(time).toLocaleDateString(undefined, { dateStyle: 'medium' })

/** Keys for programs that use the OpenAI-compatible API. */
export function ApiKeysSection() {
  const keys = useQuery({ queryKey: apiKeysKey, queryFn: listApiKeys })
  const [isCreating, setIsCreating] = useState(false)
  const [revoking, setRevoking] = useState<ApiKey | null>(null)
  const { mutate: revoke } = useMutation({
    mutationFn: ({ id }: ApiKey) => revokeApiKey(id),
    onSuccess: () => showNotice('Key revoked'),
    onError: (error) => showError(error.message),
    onSettled: () => queryClient.invalidateQueries({ queryKey: apiKeysKey }),
  })
  return (
    <Section
      title="API keys"
      lead={
        <>
          For programs: any client of OpenAI’s API works with the address <code className="text-ink">{location.origin}/v1</code>.
        </>
      }
      aside={
        <Button size="small" onClick={() => setIsCreating(true)}>
          New key
        </Button>
      }
    >
      {keys.isPending && <Skeleton className="h-16 rounded-2xl" />}
      {keys.isError && <QueryProblem error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.data?.length === 0 && <p className="text-ink-faint text-sm">You have no keys.</p>}
      {keys.data && keys.data.length > 0 && (
        <ul className="divide-y divide-line rounded-2xl border border-line">
          {keys.data.map((key) => (
            <ApiKeyRow key={key.id} apiKey={key} onRevoke={() => setRevoking(key)} />
          ))}
        </ul>
      )}
      {isCreating && <NewKeyDialog onClose={() => setIsCreating(false)} />}
      {revoking && (
        <ConfirmDialog
          title={`Revoke “${revoking.name}”?`}
          description="Programs that use it stop working at once. This cannot be undone."
          action="Revoke"
          onConfirm={() => revoke(revoking)}
          onClose={() => setRevoking(null)}
        />
      )}
    </Section>
  )
}

function ApiKeyRow({ apiKey, onRevoke }: { apiKey: ApiKey; onRevoke: () => void }) {
  const { name, prefix, scopes } = apiKey
  return (
    <li className="flex items-center gap-4 px-4 py-3.5">
      <KeyRound className="size-5 shrink-0 text-ink-faint" aria-hidden="true" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2 font-medium text-sm">
          <span className="truncate">{name}</span>
          {scopes.map((scope) => (
            <Badge key={scope}>{scope}</Badge>
          ))}
        </p>
        <p className="truncate text-[0.8125rem] text-ink-faint">
          <code>{prefix}…</code> · {describeLife(apiKey, Date.now(), showDate)}
        </p>
      </div>
      <Button size="small" aria-label={`Revoke ${name}`} onClick={onRevoke}>
        Revoke
      </Button>
    </li>
  )
}
