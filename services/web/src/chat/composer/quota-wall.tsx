import { Link } from 'react-router'
import { Alert } from '../../design/alert.tsx'
import type { Quota } from '../quota.ts'

/** Stands over the composer when nothing is left. */
export const QuotaWall = ({ quota }: { quota: Quota }) => (
  <div className="mb-2.5">
    <Alert
      look="warning"
      action={
        <Link to="/usage" className="shrink-0 rounded-md font-medium underline underline-offset-2">
          See plans
        </Link>
      }
    >
      You have used all {quota.limit} messages of {quota.per === 'day' ? 'today' : 'this hour'}. New ones from{' '}
      {quota.resetsAt.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}.
    </Alert>
  </div>
)
