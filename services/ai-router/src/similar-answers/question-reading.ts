import { kindOf } from './question-kind.ts'
import { fillers, meaningOf, negations, questionWords } from './question-vocabulary.ts'
import { stemOf } from './stem.ts'

/** What of a question decides about its answer, as far as words tell. */
export interface QuestionReading {
  kind: string
  /** Sorted. Number words are numbers. */
  numbers: readonly string[]
  negations: number
  /** Sorted: what stands in quotation marks, and signs that are no words. */
  quotes: readonly string[]
  /** Stems of words that are written as names are: a capital letter inside a sentence, or nothing but capitals. */
  names: readonly string[]
  /** Stems of everything, to find a name of the other question that is written small here. */
  stems: ReadonlySet<string>
  /** The words of weight in one form, in their order. */
  meanings: readonly string[]
}

const CONTRACTIONS: readonly (readonly [RegExp, string])[] = [
  [/\b(what|how|who|where|when|why|that|it|he|she|there)'s\b/g, '$1 is'],
  [/\bcan(?:not|'t)\b/g, 'can not'],
  [/\bwon't\b/g, 'will not'],
  [/\b(\w+)n't\b/g, '$1 not'],
  [/'(re|ve|ll|d|m)\b/g, ' $1'],
  [/'s\b/g, ''],
]
const NUMBER_WORDS: ReadonlyMap<string, string> = new Map(
  'zero one two three four five six seven eight nine ten eleven twelve'.split(' ').map((word, number) => [word, String(number)]),
)
const WORD = /[\p{L}\p{N}]+(?:[.,:/]\d+)*[+#]*/gu
const QUOTED = /"+([^"]+)"+/g
/** Signs that may be what is asked about: `¥`, `%`, `&`. Not those of punctuation. */
const SIGN = /[^\p{L}\p{N}\p{M}\s.,:;?!'"()[\]{}*/_–—…-]/gu
const WORD_OR_STOP = /[\p{L}\p{N}]+(?:[.,:/]\d+)*[+#]*|[.?!:"]/gu

export function readQuestion(question: string): QuestionReading {
  const text = question
    .normalize('NFKC')
    .replace(/[‘’`´]/g, "'")
    .replace(/[“”„«»]/g, '"')
  const lower = CONTRACTIONS.reduce((known, [short, long]) => known.replace(short, long), text.toLowerCase())
  const words = Array.from(lower.matchAll(WORD), ([word]) => NUMBER_WORDS.get(word) ?? word)
  return {
    kind: kindOf(words),
    numbers: words.filter((word) => /\d/.test(word)).toSorted(),
    negations: words.filter((word) => negations.has(word)).length,
    quotes: [
      ...Array.from(text.toLowerCase().matchAll(QUOTED), ([, quoted = '']) => quoted.trim()),
      ...(text.match(SIGN) ?? []),
    ].toSorted(),
    names: namesIn(text),
    stems: new Set(words.map(stemOf)),
    meanings: words.map(meaningOf).filter((meaning) => meaning !== ''),
  }
}

function namesIn(text: string): string[] {
  const names: string[] = []
  let isSentenceStart = true
  for (const [piece] of text.matchAll(WORD_OR_STOP)) {
    const isStop = /^[.?!:"]$/.test(piece)
    const word = piece.toLowerCase()
    const isName = /^\p{Lu}{2,}$/u.test(piece) || (!isSentenceStart && /^\p{Lu}/u.test(piece))
    if (isName && !fillers.has(word) && !questionWords.has(word) && !NUMBER_WORDS.has(word)) names.push(stemOf(word))
    isSentenceStart = isStop
  }
  return names
}
