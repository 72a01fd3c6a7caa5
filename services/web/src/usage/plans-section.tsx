import { Check } from 'lucide-react'
import { useSession } from '../accounts/session.ts'
import { Section } from '../app/page-frame.tsx'
import { QueryProblem } from '../app/query-problem.tsx'
import { Badge } from '../design/badge.tsx'
import { Skeleton } from '../design/skeleton.tsx'
import { type Plan, usePlans } from './usage-api.ts'

export function PlansSection() {
  const plans = usePlans()
  const { data: user } = useSession()
  return (
    <Section title="Plans">
      {plans.isPending && <Skeleton className="h-64 rounded-2xl" />}
      {plans.isError && <QueryProblem error={plans.error} onRetry={() => void plans.refetch()} />}
      {plans.data && (
        <ul className="grid gap-4 sm:grid-cols-2">
          {plans.data.map((plan) => (
            <PlanCard key={plan.id} plan={plan} isCurrent={plan.id === user?.plan} />
          ))}
        </ul>
      )}
    </Section>
  )
}

const dollars = (cents: number) => `$${(cents / 100).toLocaleString('en', { minimumFractionDigits: cents % 100 ? 2 : 0 })}`

function PlanCard({ plan, isCurrent }: { plan: Plan; isCurrent: boolean }) {
  const { name, description, monthlyPriceCents, yearlyPriceCents, messagesPerDay, messagesPerHour, features } = plan
  const facts = [`${messagesPerDay.toLocaleString('en')} messages a day, ${messagesPerHour.toLocaleString('en')} an hour`, ...features]
  return (
    <li className={`flex flex-col rounded-2xl border p-5 ${isCurrent ? 'border-accent bg-surface' : 'border-line bg-surface'}`}>
      <div className="flex items-center justify-between gap-2">
        <h3 className="font-semibold">{name}</h3>
        {isCurrent && <Badge look="accent">Your plan</Badge>}
      </div>
      <p className="mt-3">
        <span className="font-semibold text-3xl tracking-tight">{monthlyPriceCents ? dollars(monthlyPriceCents) : 'Free'}</span>
        {monthlyPriceCents ? <span className="text-ink-soft text-sm"> a month</span> : null}
      </p>
      <p className="mt-0.5 min-h-5 text-[0.8125rem] text-ink-faint">{yearlyPriceCents ? `or ${dollars(yearlyPriceCents)} a year` : ''}</p>
      <p className="mt-3 text-ink-soft text-sm">{description}</p>
      <ul className="mt-4 grid gap-2 text-sm">
        {facts.map((fact) => (
          <li key={fact} className="flex gap-2.5">
            <Check className="mt-0.5 size-4 shrink-0 text-accent" aria-hidden="true" />
            {fact}
          </li>
        ))}
      </ul>
    </li>
  )
}
