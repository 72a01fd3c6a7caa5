import type { SearchHit } from '../chat-api.ts'

/** A piece of a message with the words that were looked for. */
export const Excerpt = ({ highlights }: Pick<SearchHit, 'highlights'>) => (
  <span className="line-clamp-3 text-ink-soft [overflow-wrap:anywhere] sm:line-clamp-2">
    {highlights.map(({ text, isMatch }, place) =>
      isMatch ? (
        // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one hit never change
        <mark key={place} className="rounded-xs bg-accent-soft px-0.5 font-medium text-on-accent-soft">
          {text}
        </mark>
      ) : (
        text
      ),
    )}
  </span>
)
