import type { ReactNode } from 'react'
import { Mark } from '../design/mark.tsx'
import { suggestionsFor } from './suggestions.ts'

interface EmptyChatProps {
  name: string | null
  /** Null while it is not known. */
  isSimulated: boolean | null
  onSuggestion: (text: string) => void
  children: ReactNode
}

/** The page of a chat that has not begun: a greeting, the composer, something to begin with. */
export const EmptyChat = ({ name, isSimulated, onSuggestion, children }: EmptyChatProps) => (
  <div className="flex min-h-0 flex-1 flex-col overflow-y-auto px-4 sm:px-6">
    <div className="m-auto w-full max-w-2xl py-8">
      <Mark className="mx-auto size-10 text-accent" />
      <h1 className="mt-5 mb-8 text-center font-semibold text-2xl sm:text-[1.75rem]">{greeting(new Date(), name)}</h1>
      {children}
      {/* Out of sight rather than absent while it is not known which fit: nothing moves when they come. */}
      <ul className={`mt-5 grid gap-2.5 transition-opacity sm:grid-cols-2 ${isSimulated === null ? 'invisible opacity-0' : ''}`}>
        {suggestionsFor(isSimulated ?? false).map(({ title, text }) => (
          <li key={title}>
            <button
              type="button"
              onClick={() => onSuggestion(text)}
              className="flex h-full w-full flex-col rounded-2xl border border-line px-4 py-3 text-left transition-colors hover:border-line-strong hover:bg-hover"
            >
              <span className="block font-medium text-sm">{title}</span>
              <span className="mt-0.5 line-clamp-2 text-[0.8125rem] text-ink-soft">{text.split('\n', 1)}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  </div>
)

function greeting(now: Date, name: string | null): string {
  const hour = now.getHours()
  const words = hour < 5 ? 'Still up' : hour < 12 ? 'Good morning' : hour < 18 ? 'Good afternoon' : 'Good evening'
  const firstName = name?.trim().split(/\s+/)[0]
  return firstName ? `${words}, ${firstName}` : words
}
