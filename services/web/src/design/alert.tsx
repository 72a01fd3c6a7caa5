import { CircleAlert, Info } from 'lucide-react'
import type { ReactNode } from 'react'

interface AlertProps {
  look?: 'danger' | 'warning' | 'info'
  children: ReactNode
  action?: ReactNode
}

const looks = {
  danger: 'bg-danger-soft [&>svg]:text-danger',
  warning: 'bg-warning-soft [&>svg]:text-warning',
  info: 'bg-accent-soft [&>svg]:text-on-accent-soft',
}

/** Something the reader should know, in its place in the page. */
export const Alert = ({ look = 'danger', children, action }: AlertProps) => (
  <div role={look === 'danger' ? 'alert' : 'status'} className={`flex items-start gap-2.5 rounded-xl px-3.5 py-3 text-sm ${looks[look]}`}>
    {look === 'info' ? (
      <Info className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
    ) : (
      <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
    )}
    <div className="min-w-0 flex-1">{children}</div>
    {action}
  </div>
)
