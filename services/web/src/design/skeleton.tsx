/** The shape of what is to come. Its container says in words that something is loading. */
export const Skeleton = ({ className = '' }: { className?: string }) => (
  <span aria-hidden="true" className={`block animate-shimmer rounded-lg bg-press ${className}`} />
)
