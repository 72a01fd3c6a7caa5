interface AvatarProps {
  /** Name or address; its first letters stand in the circle. */
  name: string
  className?: string
}

export const Avatar = ({ name, className = 'size-8 text-xs' }: AvatarProps) => (
  <span
    aria-hidden="true"
    className={`inline-grid shrink-0 select-none place-items-center rounded-full bg-accent-soft font-semibold text-on-accent-soft ${className}`}
  >
    {initials(name)}
  </span>
)

function initials(name: string): string {
  const words = name
    .split('@', 1)
    .join('')
    .split(/[\s._-]+/)
    .filter(Boolean)
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]]
  return letters.map((word) => [...(word ?? '?')][0]?.toUpperCase()).join('')
}
