import { kindAt, sizeAt, WORD } from './letters.ts'

/** The words of a text in comparable form, and which of them begin a clause. */
export interface Words {
  words: string[]
  /** Numbers of the words that stand first after a full stop, a colon, a line break or the like. */
  clauseStarts: Set<number>
  /** Numbers of the words that stand first behind an opening quotation mark. */
  quoteStarts: Set<number>
}

const CLAUSE_MARKS = new Set([...'.!?;:\n()[]{}<>*#|,'].map((mark) => mark.charCodeAt(0)))
const QUOTE_MARKS = new Set([...'"“„«'].map((mark) => mark.charCodeAt(0)))
const APOSTROPHE = 0x27
const HYPHEN = 0x2d

/** Letters and digits are a word; an apostrophe or a hyphen between two of them belongs to it. */
export function wordsOf(text: string): Words {
  const words: string[] = []
  const clauseStarts = new Set<number>([0])
  const quoteStarts = new Set<number>()
  let index = 0
  while (index < text.length) {
    if (kindAt(text, index) === WORD) {
      const from = index
      index = endOfWord(text, index, true)
      words.push(text.slice(from, index))
      continue
    }
    const mark = text.charCodeAt(index)
    if (CLAUSE_MARKS.has(mark)) clauseStarts.add(words.length)
    else if (QUOTE_MARKS.has(mark)) {
      clauseStarts.add(words.length)
      quoteStarts.add(words.length)
    }
    index += sizeAt(text, index)
  }
  return { words, clauseStarts, quoteStarts }
}

/** Behind the word that begins at `index`. */
export function endOfWord(text: string, index: number, hasHyphens: boolean): number {
  let at = index
  for (;;) {
    while (at < text.length && kindAt(text, at) === WORD) at += sizeAt(text, at)
    const joint = text.charCodeAt(at)
    if (joint !== APOSTROPHE && !(hasHyphens && joint === HYPHEN)) return at
    if (at + 1 >= text.length || kindAt(text, at + 1) !== WORD) return at
    at += 1
  }
}
