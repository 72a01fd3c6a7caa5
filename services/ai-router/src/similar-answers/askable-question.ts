import type { CachePolicy } from '../catalogue/route-rule.ts'
import type { CompletionCommand } from '../completions/completion-command.ts'

/** The model averages over a text: in a long one a detail that decides is not seen. */
const MAX_CHARACTERS = 250
const MIN_WORDS = 3
/** Code, addresses, tables, several paragraphs: what stands there word for word matters. */
const VERBATIM = /[`{}<>|\\\n\r]|\w:\/\/|\w@\w|\bwww\./
/** The model knows English alone, and takes anything for it. */
const FOREIGN_LETTER = /[^\P{L}A-Za-z]/gu
const MAX_FOREIGN_LETTERS = 3
const ENGLISH = new Set(
  `the a an is are was were do does did can could should would will what which who whom whose when where why how
   of to in for and or with about on at by from as be been have has my your you i me we it if this that there not
   without get make some any best good than more after before into out up`.split(/\s+/),
)
const OTHER_LANGUAGES = new Set(
  `der das ist und nicht ein eine wie warum wo wer kann ich wir sind les une est que quoi comment pourquoi el los las qué es
   como por para una il lo gli che di perché een het van hoe wat czy jest jak nie och inte är`.split(/\s+/),
)
const MIN_ENGLISH_SHARE = 0.2

/** `my`, or `I` besides `how do I`: who asks tells something about themselves. Long numbers may be anybody's. */
const PERSONAL =
  /\b(my|mine|myself|me|we|our|ours|us)\b|\b(?<!\b(do|can|should|could|would|will|may|must|did|shall) )i\b|\d[\d\s()/.-]{5,}\d/i

/**
 * The question of a request that asks one and nothing else, in words that the model of meanings understands; null for any other.
 * What was said before, pictures, tools and formats decide about an answer in ways that a question does not show.
 */
export function askableQuestion(command: CompletionCommand, { scope }: Pick<CachePolicy, 'scope'>): string | null {
  const { messages, tools, responseFormat } = command
  const [message, ...others] = messages
  if (message?.role !== 'user' || others.length > 0 || message.images?.length || tools || responseFormat) return null
  const question = message.text.trim()
  if (!isUnderstood(question)) return null
  return scope === 'everybody' && PERSONAL.test(question) ? null : question
}

/** Short English prose. */
export function isUnderstood(question: string): boolean {
  if (question.length > MAX_CHARACTERS || VERBATIM.test(question)) return false
  if ((question.match(FOREIGN_LETTER)?.length ?? 0) > MAX_FOREIGN_LETTERS) return false
  const words = question.toLowerCase().match(/\p{L}+/gu) ?? []
  const count = (known: ReadonlySet<string>) => words.filter((word) => known.has(word)).length
  return words.length >= MIN_WORDS && count(ENGLISH) >= words.length * MIN_ENGLISH_SHARE && count(ENGLISH) > count(OTHER_LANGUAGES)
}
