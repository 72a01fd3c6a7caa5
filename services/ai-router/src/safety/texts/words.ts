/** The words of a text in comparable form, and which of them begin a clause. */
export interface Words {
  words: string[]
  /** Numbers of the words that stand first after a full stop, a colon, a line break or the like. */
  clauseStarts: Set<number>
  /** Numbers of the words that stand first behind an opening quotation mark. */
  quoteStarts: Set<number>
}

const WORD_OR_MARK = /[\p{L}\p{N}]+(?:['-][\p{L}\p{N}]+)*|[.!?;:,\n()[\]{}"“”«»„<>*#|]/gu
const CLAUSE_MARKS = new Set('.!?;:\n()[]{}<>*#|,')
const QUOTE_MARKS = new Set('"“„«')

export function wordsOf(text: string): Words {
  const words: string[] = []
  const clauseStarts = new Set<number>([0])
  const quoteStarts = new Set<number>()
  for (const [piece] of text.matchAll(WORD_OR_MARK)) {
    if (CLAUSE_MARKS.has(piece)) clauseStarts.add(words.length)
    else if (QUOTE_MARKS.has(piece)) {
      clauseStarts.add(words.length)
      quoteStarts.add(words.length)
    } else if (piece !== '”' && piece !== '»') words.push(piece)
  }
  return { words, clauseStarts, quoteStarts }
}
