import type { searchApi } from '@parley/contracts/public'
import type { Query } from './query.ts'
import { type Word, walkWords, wordsOf } from './words.ts'

type Highlights = searchApi.SearchHit['highlights']

/** Characters of a text around its first match that are shown, and how many of them before it. */
const EXCERPT_CHARACTERS = 240
const LEAD_CHARACTERS = 60

/**
 * The part of a text around its first match, in pieces. Words count as they do for the search itself: whatever their
 * case and accents, the last one of the query also where it is the beginning of a word; a phrase is one match, and its
 * words do not count apart from it. The database decided that the text matches; where nothing is recognised here, its
 * beginning is shown.
 */
export function highlight(text: string, query: Query): Highlights {
  const phrases = query.phrases.map(({ text, isUnfinished }) => matcherOf(wordsOf(text), isUnfinished))
  const matches: Match[] = []
  let start = 0
  for (const { isMatch, ...span } of spansOf(text, phrases)) {
    const [first] = matches
    if (first && span.end > start + EXCERPT_CHARACTERS) break
    if (!isMatch) continue
    if (!first) start = beginningBefore(text, span.start)
    matches.push(span)
  }
  return piecesOf(text, matches, start)
}

type Match = Pick<Word, 'start' | 'end'>

interface Matcher {
  length: number
  matches: (words: readonly Word[]) => boolean
}

function matcherOf(wanted: readonly string[], isUnfinished: boolean): Matcher {
  const last = wanted.length - 1
  return {
    length: wanted.length,
    matches: (words) =>
      words.length === wanted.length &&
      words.every(({ word }, index) => word === wanted[index] || (isUnfinished && index === last && word.startsWith(wanted[last] ?? ''))),
  }
}

/** Words, or several as one where a phrase begins: the longest one. In order, none reaching into another. */
function* spansOf(text: string, matchers: readonly Matcher[]): Generator<Match & { isMatch: boolean }> {
  const longest = Math.max(1, ...matchers.map(({ length }) => length))
  const ahead: Word[] = []
  const takeNext = () => {
    const lengths = matchers.filter(({ length, matches }) => matches(ahead.slice(0, length))).map(({ length }) => length)
    const taken = ahead.splice(0, Math.max(1, ...lengths))
    return { start: taken[0]?.start ?? 0, end: taken.at(-1)?.end ?? 0, isMatch: lengths.length > 0 }
  }
  for (const word of walkWords(text)) {
    ahead.push(word)
    if (ahead.length === longest) yield takeNext()
  }
  while (ahead.length > 0) yield takeNext()
}

function piecesOf(text: string, matches: readonly Match[], start: number): Highlights {
  // A match that is longer than an excerpt is shown whole.
  const end = endAfter(text, start + EXCERPT_CHARACTERS, matches.at(-1)?.end ?? 0)
  const pieces: Highlights = []
  const add = (piece: string, isMatch: boolean) => {
    if (piece !== '') pieces.push({ text: piece, isMatch })
  }
  let shownTo = start
  for (const match of matches) {
    add(`${shownTo === start && start > 0 ? '…' : ''}${text.slice(shownTo, match.start)}`, false)
    add(text.slice(match.start, match.end), true)
    shownTo = match.end
  }
  add(`${text.slice(shownTo, end)}${end < text.length ? '…' : ''}`, false)
  return pieces
}

/** Some way before a match, not in the middle of a word if another begins before the match. */
function beginningBefore(text: string, match: number): number {
  const from = borderBefore(text, Math.max(0, match - LEAD_CHARACTERS))
  if (from === 0 || SPACE.test(text.charAt(from - 1))) return from
  const space = text.slice(from, match).search(SPACE)
  return space === -1 ? from : from + space + 1
}

/** At most at `limit`, but never before `last`; not in the middle of a word if another ends between the two. */
function endAfter(text: string, limit: number, last: number): number {
  if (limit >= text.length) return text.length
  const end = borderBefore(text, Math.max(limit, last))
  if (SPACE.test(text.charAt(end))) return end
  const space = text.slice(last, end).search(LAST_SPACE)
  return space === -1 ? end : last + space
}

const SPACE = /\s/
const LAST_SPACE = /\s(?=\S*$)/

/** Not between the two halves of a character. */
const borderBefore = (text: string, index: number): number => (/[\uDC00-\uDFFF]/.test(text.charAt(index)) ? index - 1 : index)
