import type { ReactNode } from 'react'

interface EmptyStateProps {
  icon?: ReactNode
  title: string
  children?: ReactNode
  action?: ReactNode
}

export const EmptyState = ({ icon, title, children, action }: EmptyStateProps) => (
  <div className="mx-auto grid max-w-sm justify-items-center gap-2 px-6 py-10 text-center">
    {icon && <div className="mb-1 text-ink-faint [&_svg]:size-7">{icon}</div>}
    <p className="font-medium">{title}</p>
    {children && <div className="text-ink-soft text-sm">{children}</div>}
    {action && <div className="mt-3">{action}</div>}
  </div>
)
