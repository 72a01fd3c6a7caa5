import type { Length } from './length.ts'

/** Characters used, once the limit is near. */
export const LengthNote = ({ length }: { length: Length }) => (
  <span className={`text-xs tabular-nums ${length.isTooLong ? 'font-medium text-danger' : 'text-ink-soft'}`}>
    {length.count.toLocaleString('en')} of {length.limit.toLocaleString('en')}
    {length.isTooLong && <span className="hidden sm:inline">: too long, please shorten</span>}
    <span className="sr-only"> characters</span>
  </span>
)
