import { Link } from 'react-router'
import { quotaOf } from '../quota.ts'
import { useLimits } from '../use-limits.ts'

const FEW = 5

/** What is left of today's messages, or of this hour's when that is less. */
export function QuotaHint() {
  const { data } = useLimits()
  const quota = data && quotaOf(data)
  if (!quota) return null
  const span = quota.per === 'day' ? 'today' : 'this hour'
  return (
    <Link
      to="/usage"
      className={`whitespace-nowrap rounded-md text-xs tabular-nums underline-offset-2 hover:underline ${quota.left <= FEW ? 'font-medium text-warning' : 'text-ink-faint'}`}
    >
      {quota.left} <span className="hidden sm:inline">of {quota.limit} </span>left {span}
    </Link>
  )
}
