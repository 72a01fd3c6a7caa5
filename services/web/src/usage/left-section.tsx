import type { usageApi } from '@parley/contracts/public'
import { Section } from '../app/page-frame.tsx'
import { QueryProblem } from '../app/query-problem.tsx'
import { useLimits } from '../chat/use-limits.ts'
import { Meter } from '../design/meter.tsx'
import { Skeleton } from '../design/skeleton.tsx'
import { dollars } from './dollars.ts'

type Window = usageApi.UsageLimits['day']

/** What is left of the hour and of the day, and of the month's spending limit where there is one. */
export function LeftSection() {
  const limits = useLimits()
  return (
    <Section title="What is left" lead="Answers that fail do not count.">
      {limits.isPending && <Skeleton className="h-28 rounded-2xl" />}
      {limits.isError && <QueryProblem error={limits.error} onRetry={() => void limits.refetch()} />}
      {limits.data && (
        <div className="grid gap-4 sm:grid-cols-2">
          <WindowCard name="Today" window={limits.data.day} />
          <WindowCard name="This hour" window={limits.data.hour} />
          {limits.data.spend && <SpendCard spend={limits.data.spend} />}
        </div>
      )}
    </Section>
  )
}

function WindowCard({ name, window: { limit, used, resetsAt } }: { name: string; window: Window }) {
  const isUnlimited = limit < 0
  const time = new Date(resetsAt).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
  return (
    <div className="rounded-2xl border border-line bg-surface p-5">
      <p className="text-ink-soft text-sm">{name}</p>
      <p className="mt-1 font-semibold text-2xl tabular-nums">
        {isUnlimited ? 'Unlimited' : Math.max(0, limit - used)}
        {!isUnlimited && <span className="font-normal text-base text-ink-faint"> of {limit} messages</span>}
      </p>
      {!isUnlimited && <Meter label={`Messages used, ${name.toLowerCase()}`} value={used} max={limit} className="mt-4" />}
      {!isUnlimited && <p className="mt-2.5 text-[0.8125rem] text-ink-faint">Starts anew at {time}</p>}
    </div>
  )
}

function SpendCard({ spend: { capUsd, spentUsd, resetsAt } }: { spend: usageApi.SpendWindow }) {
  if (capUsd === null) return null
  const [cap, spent] = [Number(capUsd), Number(spentUsd)]
  const day = new Date(resetsAt).toLocaleDateString([], { day: 'numeric', month: 'long', timeZone: 'UTC' })
  return (
    <div className="rounded-2xl border border-line bg-surface p-5 sm:col-span-2">
      <p className="text-ink-soft text-sm">Spending this month</p>
      <p className="mt-1 font-semibold text-2xl tabular-nums">
        {dollars(Math.max(0, cap - spent))}
        <span className="font-normal text-base text-ink-faint"> of {dollars(cap)} left</span>
      </p>
      <Meter label="Spent of this month’s limit, in dollars" value={spent} max={cap} className="mt-4" />
      <p className="mt-2.5 text-[0.8125rem] text-ink-faint">Starts anew on {day}, UTC</p>
    </div>
  )
}
