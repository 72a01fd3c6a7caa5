import { ChartNoAxesColumn } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Section } from '../app/page-frame.tsx'
import { QueryProblem } from '../app/query-problem.tsx'
import { useModels } from '../chat/use-models.ts'
import { EmptyState } from '../design/empty-state.tsx'
import { Segmented } from '../design/segmented.tsx'
import { Skeleton } from '../design/skeleton.tsx'
import { DayChart } from './day-chart.tsx'
import { dollars } from './dollars.ts'
import { type UsageReport, type UsageRow, useUsage } from './usage-api.ts'

const DAYS = 30
const views = [
  { value: 'day', name: 'By day' },
  { value: 'model', name: 'By model' },
] as const

/** What was used in the last weeks: answers, tokens, cost. */
export function SpentSection() {
  const [by, setBy] = useState<UsageReport['by']>('day')
  const from = useMemo(() => new Date(Math.floor(Date.now() / 86_400_000 - DAYS + 1) * 86_400_000).toISOString(), [])
  const report = useUsage(by, from)
  return (
    <Section
      title="Your usage"
      lead={`The last ${DAYS} days, in UTC.`}
      aside={<Segmented label="Shown" value={by} options={views} onChange={setBy} />}
    >
      {report.isPending && <Skeleton className="h-64 rounded-2xl" />}
      {report.isError && <QueryProblem error={report.error} onRetry={() => void report.refetch()} />}
      {report.data &&
        (report.data.items.length === 0 ? (
          <div className="rounded-2xl border border-line">
            <EmptyState icon={<ChartNoAxesColumn aria-hidden="true" />} title="Nothing used yet">
              The figures come with your first answer.
            </EmptyState>
          </div>
        ) : (
          <div className="grid gap-4">
            <dl className="grid grid-cols-3 gap-3">
              <Figure name="Answers" value={report.data.total.calls.toLocaleString('en')} />
              <Figure name="Tokens" value={compact(report.data.total.inputTokens + report.data.total.outputTokens)} />
              <Figure name="Cost" value={dollars(report.data.total.costUsd)} />
            </dl>
            {by === 'day' && <DayChart rows={report.data.items} from={from} days={DAYS} />}
            <UsageTable rows={report.data.items} by={by} />
          </div>
        ))}
    </Section>
  )
}

const compact = (value: number) => value.toLocaleString('en', { notation: 'compact', maximumFractionDigits: 1 })

const Figure = ({ name, value }: { name: string; value: string }) => (
  <div className="rounded-2xl border border-line bg-surface px-4 py-3.5">
    <dt className="text-[0.8125rem] text-ink-soft">{name}</dt>
    <dd className="mt-0.5 font-semibold text-xl tabular-nums">{value}</dd>
  </div>
)

function UsageTable({ rows, by }: { rows: readonly UsageRow[]; by: UsageReport['by'] }) {
  const { data: models } = useModels()
  const shown = by === 'day' ? rows.filter(({ calls }) => calls > 0).toReversed() : rows
  const nameOf = (key: string) =>
    by === 'model'
      ? (models?.find(({ id }) => id === key)?.name ?? key)
      : new Date(`${key}T00:00:00Z`).toLocaleDateString(undefined, { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' })
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section aria-label="Usage in figures" tabIndex={0} className="max-h-80 overflow-auto rounded-2xl border border-line">
      <table className="w-full text-sm tabular-nums [&_td]:px-4 [&_td]:py-2.5 [&_th]:px-4 [&_th]:py-2.5">
        <thead className="sticky top-0 bg-paper text-ink-soft">
          <tr className="border-line border-b text-right">
            <th scope="col" className="text-left font-medium">
              {by === 'day' ? 'Day' : 'Model'}
            </th>
            <th scope="col" className="font-medium">
              Answers
            </th>
            <th scope="col" className="hidden font-medium sm:table-cell">
              Tokens in
            </th>
            <th scope="col" className="hidden font-medium sm:table-cell">
              Tokens out
            </th>
            <th scope="col" className="font-medium">
              Cost
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {shown.map((row) => (
            <tr key={row.key} className="text-right">
              <th scope="row" className="text-left font-normal">
                {nameOf(row.key)}
              </th>
              <td>{row.calls}</td>
              <td className="hidden sm:table-cell">{compact(row.inputTokens)}</td>
              <td className="hidden sm:table-cell">{compact(row.outputTokens)}</td>
              <td>{dollars(row.costUsd)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
