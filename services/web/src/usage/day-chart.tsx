import { useMemo } from 'react'
import type { UsageRow } from './usage-api.ts'

interface DayChartProps {
  rows: readonly UsageRow[]
  /** First day, midnight UTC. */
  from: string
  days: number
}

/** Answers of each day as bars. The table below says the same in figures, so screen readers skip it. */
export function DayChart({ rows, from, days }: DayChartProps) {
  const bars = useMemo(() => {
    const calls = new Map(rows.map((row) => [row.key, row.calls]))
    const start = new Date(from).getTime()
    return Array.from({ length: days }, (_, index) => {
      const day = new Date(start + index * 86_400_000).toISOString().slice(0, 10)
      return { day, calls: calls.get(day) ?? 0 }
    })
  }, [rows, from, days])
  const most = Math.max(1, ...bars.map(({ calls }) => calls))
  return (
    <div aria-hidden="true" className="rounded-2xl border border-line bg-surface px-4 pt-5 pb-3">
      <div className="flex h-28 items-end gap-[3px]">
        {bars.map(({ day, calls }) => (
          <div key={day} title={`${day}: ${calls}`} className="group flex h-full flex-1 items-end">
            <div
              className={`w-full rounded-t-[3px] transition-colors ${calls ? 'bg-accent/75 group-hover:bg-accent' : 'bg-press'}`}
              style={{ height: calls ? `${Math.max(4, (calls / most) * 100)}%` : '2px' }}
            />
          </div>
        ))}
      </div>
      <div className="mt-2 flex justify-between text-ink-faint text-xs">
        <span>{label(bars[0]?.day)}</span>
        <span>{label(bars.at(-1)?.day)}</span>
      </div>
    </div>
  )
}

const label = (day = '') => new Date(`${day}T00:00:00Z`).toLocaleDateString(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' })
