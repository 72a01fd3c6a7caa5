import { auxiliaries, questionWords } from './question-vocabulary.ts'

/** What `how` asks for besides a way: `how many` is another question than `how long`. */
const MEASURES: ReadonlySet<string> = new Set(
  `many much long old often far big large tall high fast good bad hard difficult safe accurate effective important likely
   competitive soon early late deep wide heavy strong expensive`.split(/\s+/),
)
const WAY = /\bways? (to|of|for)\b|\bwhat (can|should|do) (i|you|we|one) do to\b/
const REASON = /^(what|which) (is|are|was|were) (the )?(main )?(reasons?|causes?)\b/
const MOMENTS: ReadonlySet<string> = new Set(['time', 'year', 'date', 'day'])
/** A question word later than this is in a clause: `Is it known who …`. */
const LATEST_START = 3

/**
 * What kind of answer a question wants: a way (`how`), a measure (`how many`), a reason, a person, a time, a place, a thing, a
 * yes or no, advice (`should`), or something that is not a question (`other`).
 *
 * @param words lower case, in their order
 */
export function kindOf(words: readonly string[]): string {
  const text = words.join(' ')
  if (WAY.test(text)) return 'how'
  const start = words.findIndex((word) => questionWords.has(word))
  const [first = ''] = words
  if (start < 0 || (start > LATEST_START && auxiliaries.has(first))) {
    if (first === 'should') return 'should'
    return auxiliaries.has(first) ? 'yes or no' : 'other'
  }
  const next = words[start + 1] ?? ''
  switch (words[start]) {
    case 'how':
      if (next === 'come') return 'why'
      return MEASURES.has(next) ? `how ${next}` : 'how'
    case 'what':
    case 'which':
      if (MOMENTS.has(next)) return 'when'
      return REASON.test(words.slice(start).join(' ')) ? 'why' : 'what'
    case 'whom':
    case 'whose':
      return 'who'
    default:
      return words[start] ?? 'other'
  }
}
