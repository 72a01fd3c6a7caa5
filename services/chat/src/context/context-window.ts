/** One message as the model reads it. */
export interface ContextMessage {
  role: 'user' | 'assistant'
  text: string
}

export interface ContextLimits {
  maxMessages: number
  /** A stand-in for tokens that needs no tokenizer: four characters of English are about one token. */
  maxCharacters: number
}

export const contextLimits: ContextLimits = { maxMessages: 20, maxCharacters: 48_000 }

/**
 * What the model is shown of a conversation: its newest messages that fit, whole ones only, ending with the question.
 * `path` leads from the oldest message to the question. The question itself is never dropped, and a window never begins
 * with an answer, since models expect the user to speak first.
 */
export function chooseContext(path: readonly ContextMessage[], limits: ContextLimits = contextLimits): ContextMessage[] {
  // An answer that failed before its first word says nothing.
  const spoken = path.filter(({ role, text }) => role === 'user' || text !== '')
  let start = spoken.length
  let characters = 0
  while (start > 0 && spoken.length - start < limits.maxMessages) {
    characters += spoken[start - 1]?.text.length ?? 0
    if (characters > limits.maxCharacters && start < spoken.length) break
    start -= 1
  }
  while (start < spoken.length - 1 && spoken[start]?.role === 'assistant') start += 1
  return spoken.slice(start)
}

/** The user's standing instructions are the user's words: they open the conversation and never join the system prompt. */
export function withInstructions(context: ContextMessage[], instructions: string | null): ContextMessage[] {
  const [first, ...rest] = context
  if (!instructions || !first) return context
  return [{ role: 'user', text: `My instructions for this conversation:\n${instructions}\n\n${first.text}` }, ...rest]
}
