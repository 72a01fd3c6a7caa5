interface MarkProps {
  className?: string
}

/** The sign of the house: a P that is a speech bubble. Takes the colour of the text around it. */
export const Mark = ({ className = 'size-6' }: MarkProps) => (
  <svg viewBox="0 0 32 32" className={className} fill="currentColor" aria-hidden="true">
    <path
      fillRule="evenodd"
      d="M16.5 3a11 11 0 0 1 0 22c-1.7 0-3.3-.4-4.7-1.1L7.3 28.6c-.7.7-1.8.2-1.8-.8V14a11 11 0 0 1 11-11Zm0 6.2a4.8 4.8 0 1 0 0 9.6a4.8 4.8 0 0 0 0-9.6Z"
    />
  </svg>
)

export const Wordmark = ({ className = '' }: MarkProps) => (
  <span className={`inline-flex items-center gap-2 font-semibold tracking-tight ${className}`}>
    <Mark className="size-[1.5em] text-accent" />
    Parley
  </span>
)
