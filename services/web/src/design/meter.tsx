interface MeterProps {
  label: string
  value: number
  max: number
  className?: string
}

/** How much of something is used; warns by its colour towards the end (the figures beside it say the same). */
export function Meter({ label, value, max, className = '' }: MeterProps) {
  // Of nothing, all is used.
  const share = max > 0 ? Math.min(1, value / max) : 1
  const colour = share >= 1 ? 'bg-danger' : share >= 0.8 ? 'bg-warning' : 'bg-accent'
  return (
    // biome-ignore lint/a11y/useSemanticElements: <meter> cannot be given our look in every browser
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={Math.min(value, max)}
      className={`h-1.5 overflow-hidden rounded-full bg-press ${className}`}
    >
      <div className={`h-full rounded-full transition-[width] duration-500 ${colour}`} style={{ width: `${share * 100}%` }} />
    </div>
  )
}
