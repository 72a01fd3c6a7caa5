/**
 * Tokens per UTF-16 code unit, by the script it belongs to: up to and including `last`, this much. Fitted to OpenAI's
 * o200k vocabulary; newer tokenizers differ from it less than they differ from each other.
 */
const scripts: readonly { last: number; weight: number }[] = [
  { last: 0x00ff, weight: 0.6 },
  { last: 0x024f, weight: 0.85 },
  { last: 0x03ff, weight: 0.42 },
  { last: 0x052f, weight: 0.27 },
  { last: 0x05ff, weight: 0.45 },
  { last: 0x08ff, weight: 0.32 },
  { last: 0x0dff, weight: 0.34 },
  { last: 0x0eff, weight: 0.42 },
  { last: 0x1dff, weight: 0.8 },
  { last: 0x1eff, weight: 0.05 },
  { last: 0x2dff, weight: 1 },
  { last: 0x303f, weight: 0.8 },
  { last: 0x30ff, weight: 0.72 },
  { last: 0x9fff, weight: 0.8 },
  { last: 0xabff, weight: 1 },
  { last: 0xd7ff, weight: 0.65 },
  { last: 0xffff, weight: 0.95 },
]

const FIRST_LETTER = 0.65
const NEXT_LETTER = 0.1
/** Behind so many letters it is no word but a key, a hash or a picture in Base64. */
const LONGEST_WORD = 14
const LETTER_OF_NO_WORD = 0.6
const CAPITAL_INSIDE = 0.16
const DIGIT = 0.5
const SPACE = 0.04
const LINE_BREAK = 0.45
const MARK = 0.65

/**
 * About how many tokens a text is, for the question what fits: within a third or so for prose in any language, code and data.
 * A tokenizer would be exact for one vendor, and stop the event loop for a quarter of a second over a long conversation.
 */
export function estimateTokens(text: string): number {
  let tokens = 0
  let letters = 0
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    const isCapital = code >= 65 && code <= 90
    if (isCapital || (code >= 97 && code <= 122)) {
      letters += 1
      if (letters === 1) tokens += FIRST_LETTER
      else tokens += (letters > LONGEST_WORD ? LETTER_OF_NO_WORD : NEXT_LETTER) + (isCapital ? CAPITAL_INSIDE : 0)
      continue
    }
    letters = 0
    tokens += code < 128 ? weightOfSign(code) : (scripts.find(({ last }) => code <= last)?.weight ?? 1)
  }
  return Math.ceil(tokens)
}

function weightOfSign(code: number): number {
  if (code === 32) return SPACE
  if (code >= 48 && code <= 57) return DIGIT
  return code === 10 ? LINE_BREAK : MARK
}

/** What chat formats add to each message. */
const TOKENS_PER_MESSAGE = 4

export const tokensOf = (messages: readonly { text: string }[]): number =>
  messages.reduce((sum, { text }) => sum + estimateTokens(text) + TOKENS_PER_MESSAGE, 0)

/** An estimate is off by a third or so, and the ai-router puts a few words of its own around what it is given. */
const ESTIMATE_MARGIN = 4 / 3
const ROUTER_TOKENS = 1_000

/** More tokens than a model will be shown where the estimate says `estimated`. */
export const mostTokens = (estimated: number): number => Math.ceil(estimated * ESTIMATE_MARGIN) + ROUTER_TOKENS

export const mostTokensOf = (messages: readonly { text: string }[]): number => mostTokens(tokensOf(messages))

/** The longest answer of any plan, as the ai-router has it by default. */
const ANSWER_TOKENS = 8_192
/** A model with a small window has to leave room for the conversation, too. */
const ANSWER_SHARE = 0.25
/** Of what is left, this much is filled: an estimate may be too low. */
const TRUSTED_SHARE = 0.8

/** Tokens the messages may take of a model's window, once the answer and the system prompt have their room. */
export function budgetOf({
  windowTokens,
  systemPrompt,
  maxTokens,
}: {
  windowTokens: number
  systemPrompt: string
  maxTokens: number
}): number {
  const answer = Math.min(ANSWER_TOKENS, windowTokens * ANSWER_SHARE)
  const room = windowTokens - answer - tokensOf([{ text: systemPrompt }])
  return Math.max(0, Math.min(Math.floor(room * TRUSTED_SHARE), maxTokens))
}
