import type { searchApi } from '@parley/contracts/public'

type Highlights = searchApi.SearchHit['highlights']

/** Characters of a text around its first match that are shown, and how many of them before it. */
const EXCERPT_CHARACTERS = 240
const LEAD_CHARACTERS = 60

/** What stands between words, and what is a word of its own: the same ranges as `search_words` in the migrations. */
const SEPARATORS = String.raw`\u0000-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff\u2e00-\u2e7f\u3000-\u303f\ufe10-\ufe6f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\u{1f000}-\u{1faff}`
const IDEOGRAPHS = String.raw`\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff`
const WORD = new RegExp(`[${IDEOGRAPHS}]|[^${SEPARATORS}${IDEOGRAPHS}]+`, 'gu')

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text)
const fold = (word: string): string =>
  isAscii(word)
    ? word.toLowerCase()
    : word
        .normalize('NFKD')
        .replaceAll(/[\u0300-\u036f\u3099\u309a]+/g, '')
        .toLowerCase()

/**
 * The part of a text around its first match, in pieces. Words count as they do for the search itself: whatever their
 * case and accents, the last one of the query also where it is the beginning of a word. The database decided that the
 * text matches; where no word is recognised here, its beginning is shown.
 */
export function highlight(text: string, query: string): Highlights {
  const words = wordsOf(query).map(({ word }) => word)
  const unfinished = words.at(-1)
  if (unfinished === undefined) return piecesOf(text, [], 0)
  const isMatch = ({ word }: Word): boolean => words.includes(word) || word.startsWith(unfinished)

  const matches: Word[] = []
  let start = 0
  for (const word of walk(text)) {
    const [first] = matches
    if (first && word.end > start + EXCERPT_CHARACTERS) break
    if (!isMatch(word)) continue
    if (!first) start = borderBefore(text, Math.max(0, word.start - LEAD_CHARACTERS))
    matches.push(word)
  }
  return piecesOf(text, matches, start)
}

interface Word {
  /** Folded. */
  word: string
  start: number
  end: number
}

function* walk(text: string): Generator<Word> {
  for (const { 0: found, index } of text.matchAll(WORD)) yield { word: fold(found), start: index, end: index + found.length }
}

const wordsOf = (text: string): Word[] => [...walk(text)]

function piecesOf(text: string, matches: Word[], start: number): Highlights {
  // A word that is longer than an excerpt is shown whole.
  const end = borderBefore(text, Math.max(Math.min(text.length, start + EXCERPT_CHARACTERS), matches.at(-1)?.end ?? 0))
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

/** Not between the two halves of a character. */
const borderBefore = (text: string, index: number): number => (/[\uDC00-\uDFFF]/.test(text.charAt(index)) ? index - 1 : index)
