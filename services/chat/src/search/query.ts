import { walkWords, wordsOf } from './words.ts'

/** Words of a text that must stand one behind the other, in this order, whatever separates them. */
export interface Phrase {
  text: string
  /** The last word may be the beginning of one. */
  isUnfinished: boolean
}

export interface Query {
  /** All that must occur: each word outside of quotes is a phrase of its own. */
  phrases: Phrase[]
  /** May the last word of all be the beginning of one? */
  isUnfinished: boolean
}

/** People and their keyboards quote in many ways; nobody means an inch. */
const QUOTES = /["“”„‟«»＂]/

/**
 * What somebody looks for: words, and phrases in double quotes. The very last word may be unfinished, unless it stands
 * in quotes that are closed: who is still typing has not closed them.
 */
export function parseQuery(text: string): Query {
  // In the form in which texts are cut into words: `①` is a 1.
  const parts = text.normalize('NFKD').split(QUOTES)
  const phrases = parts.flatMap((part, index): Phrase[] => {
    if (index % 2 === 0) return Array.from(walkWords(part), ({ start, end }) => ({ text: part.slice(start, end), isUnfinished: true }))
    return wordsOf(part).length > 0 ? [{ text: part, isUnfinished: index === parts.length - 1 }] : []
  })
  const isUnfinished = phrases.at(-1)?.isUnfinished ?? false
  return {
    phrases: phrases.map((phrase, index) => ({ ...phrase, isUnfinished: isUnfinished && index === phrases.length - 1 })),
    isUnfinished,
  }
}

/** What the index of words cannot tell: which phrases have to be looked for in the texts. */
export const phrasesToCheck = ({ phrases }: Query): Phrase[] => phrases.filter(({ text }) => wordsOf(text).length > 1)
