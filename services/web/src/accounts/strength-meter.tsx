import { useEffect, useState } from 'react'

interface StrengthMeterProps {
  password: string
  ownWords: string[]
}

const LEVELS = [
  { text: 'Very easy to guess', colour: 'bg-danger' },
  { text: 'Easy to guess', colour: 'bg-danger' },
  { text: 'Could be stronger', colour: 'bg-warning' },
  { text: 'Strong', colour: 'bg-success' },
  { text: 'Very strong', colour: 'bg-success' },
] as const

/** How hard the password is to guess. Says nothing until its word lists are there. */
export function StrengthMeter({ password, ownWords }: StrengthMeterProps) {
  const score = useStrength(password, ownWords)
  const level = score === null ? null : LEVELS[score]
  return (
    <div className="flex items-center gap-3 pt-0.5">
      <span className="flex flex-1 gap-1" aria-hidden="true">
        {[1, 2, 3, 4].map((step) => (
          <span
            key={step}
            className={`h-1 flex-1 rounded-full transition-colors ${level && step <= Math.max(1, score ?? 0) ? level.colour : 'bg-press'}`}
          />
        ))}
      </span>
      <span className="min-w-36 text-right" aria-live="polite">
        {level?.text ?? 'At least 8 characters'}
      </span>
    </div>
  )
}

function useStrength(password: string, ownWords: string[]): number | null {
  const [score, setScore] = useState<number | null>(null)
  const words = ownWords.join('\n')
  useEffect(() => {
    if (password === '') return setScore(null)
    let isCurrent = true
    // Typing first, judging second.
    const timer = setTimeout(async () => {
      // Without the word lists there is no judgement here; the server judges in any case.
      const lists = await import('./password-strength.ts').catch(() => null)
      if (isCurrent && lists) setScore(lists.strengthOf(password, words.split('\n').filter(Boolean)))
    }, 120)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [password, words])
  return score
}
