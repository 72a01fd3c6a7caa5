import { estimateTokens, tokensOf } from './tokens.ts'

/** One message as the model reads it. */
export interface ContextMessage {
  role: 'user' | 'assistant'
  text: string
}

/** Everything there is to choose from. */
export interface Branch {
  /** Oldest first, ends with the question. Older ones than are ever shown may be missing. */
  path: readonly ContextMessage[]
  /** How many messages of `path`, its newest ones, the summary does not contain; all of them without one. */
  sinceSummary: number
  /** What was said before. */
  summary: string | null
  /** The user's standing instructions, most important first. */
  instructions: readonly string[]
}

export interface ContextLimits {
  maxTokens: number
  /** Most messages that are shown. */
  maxMessages: number
  /** As many are shown also where a summary contains them. */
  minMessages: number
}

/** B5: the last 10 to 20 messages. */
export const messageLimits = { maxMessages: 20, minMessages: 10 } as const

/**
 * What the model is shown of a conversation: the newest messages that fit, whole ones only, ending with the question.
 * They open with the user's instructions and the summary of what is not shown, which are the user's words and never join
 * the system prompt. The question is never dropped; what opens the conversation comes next, before older messages. A
 * window never begins with an answer, since models expect the user to speak first.
 */
export function chooseContext(branch: Branch, limits: ContextLimits): ContextMessage[] {
  const { path } = branch
  const question = path.at(-1)
  if (!question) return []
  const opening = chooseOpening(branch, limits.maxTokens - tokensOf([question]))
  const wanted = Math.min(limits.maxMessages, Math.max(branch.sinceSummary, limits.minMessages))
  const shown = newestThatFit(path, wanted, limits.maxTokens - estimateTokens(opening))
  const [first, ...rest] = shown
  return first ? [{ role: first.role, text: opening + first.text }, ...rest] : []
}

/** The newest messages, at most so many and together within the room, beginning with the user's; at least the last one. */
function newestThatFit(path: readonly ContextMessage[], most: number, room: number): ContextMessage[] {
  // An answer that failed before its first word says nothing.
  const spoken = path.filter(({ role, text }) => role === 'user' || text !== '')
  let start = spoken.length
  let tokens = 0
  while (start > 0 && spoken.length - start < most) {
    tokens += tokensOf(spoken.slice(start - 1, start))
    if (tokens > room && start < spoken.length) break
    start -= 1
  }
  while (start < spoken.length - 1 && spoken[start]?.role === 'assistant') start += 1
  return spoken.slice(start)
}

/** Each part whole or not at all. */
function chooseOpening({ instructions, summary }: Branch, room: number): string {
  const parts = [
    ...instructions.map((text) => block('my_instructions', text)),
    ...(summary === null ? [] : [block('summary_of_our_conversation_so_far', summary)]),
  ]
  let opening = ''
  for (const part of parts) if (estimateTokens(opening + part) <= room) opening += part
  return opening
}

const block = (name: string, text: string): string => `<${name}>\n${text}\n</${name}>\n\n`
