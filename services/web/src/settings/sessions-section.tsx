import type { accountsApi } from '@parley/contracts/public'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Laptop, Smartphone } from 'lucide-react'
import { useState } from 'react'
import { http, queryClient } from '../api/client.ts'
import { Section } from '../app/page-frame.tsx'
import { QueryProblem } from '../app/query-problem.tsx'
import { Badge } from '../design/badge.tsx'
import { Button } from '../design/button.tsx'
import { ConfirmDialog } from '../design/confirm-dialog.tsx'
import { Skeleton } from '../design/skeleton.tsx'
import { showError, showNotice } from '../design/toast.tsx'
import { deviceName } from './device-name.ts'

type Session = accountsApi.Session

const KEY = ['sessions']
const listSessions = async () => (await http.request<{ items: Session[] }>('GET', '/me/sessions')).items
const endSession = (id: string) => http.request<void>('DELETE', `/me/sessions/${id}`)

/** Where the account is logged in, and the means to end it there. */
export function SessionsSection() {
  const sessions = useQuery({ queryKey: KEY, queryFn: listSessions })
  const [isConfirming, setIsConfirming] = useState(false)
  const others = sessions.data?.filter(({ current }) => !current) ?? []
  const { mutate: end, isPending } = useMutation({
    mutationFn: (ids: string[]) => Promise.all(ids.map(endSession)),
    onSuccess: (ended) => showNotice(ended.length === 1 ? 'Logged out there' : 'Logged out everywhere else'),
    onError: (error) => showError(error.message),
    onSettled: () => queryClient.invalidateQueries({ queryKey: KEY }),
  })
  return (
    <Section
      title="Devices"
      lead="Where you are logged in."
      aside={
        others.length > 1 && (
          <Button size="small" onClick={() => setIsConfirming(true)}>
            Log out everywhere else
          </Button>
        )
      }
    >
      {sessions.isPending && <SessionsSkeleton />}
      {sessions.isError && <QueryProblem error={sessions.error} onRetry={() => void sessions.refetch()} />}
      {sessions.data && (
        <ul className="divide-y divide-line rounded-2xl border border-line">
          {sessions.data.map((session) => (
            <SessionRow key={session.id} session={session} isEnding={isPending} onEnd={() => end([session.id])} />
          ))}
        </ul>
      )}
      {isConfirming && (
        <ConfirmDialog
          title="Log out everywhere else?"
          description="You stay logged in on this device."
          action="Log out"
          onConfirm={() => end(others.map(({ id }) => id))}
          onClose={() => setIsConfirming(false)}
        />
      )}
    </Section>
  )
}

interface SessionRowProps {
  session: Session
  isEnding: boolean
  onEnd: () => void
}

function SessionRow({ session, isEnding, onEnd }: SessionRowProps) {
  const isPhone = /iPhone|Android.*Mobile/.test(session.userAgent ?? '')
  const Icon = isPhone ? Smartphone : Laptop
  const lastUsed = new Date(session.lastUsedAt).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
  return (
    <li className="flex items-center gap-4 px-4 py-3.5">
      <Icon className="size-5 shrink-0 text-ink-faint" aria-hidden="true" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2 font-medium text-sm">
          {deviceName(session.userAgent)}
          {session.current && <Badge look="accent">This device</Badge>}
        </p>
        <p className="truncate text-[0.8125rem] text-ink-faint">
          {session.current ? 'Active now' : `Last used ${lastUsed}`}
          {session.ipPrefix && ` · ${session.ipPrefix}`}
        </p>
      </div>
      {!session.current && (
        <Button size="small" disabled={isEnding} onClick={onEnd}>
          Log out
          <span className="sr-only"> {deviceName(session.userAgent)}</span>
        </Button>
      )}
    </li>
  )
}

const SessionsSkeleton = () => (
  <div role="status" aria-label="Loading" className="grid gap-3">
    <Skeleton className="h-16 rounded-2xl" />
    <Skeleton className="h-16 rounded-2xl" />
  </div>
)
