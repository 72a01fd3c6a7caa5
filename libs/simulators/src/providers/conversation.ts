import type { AnswerRequest } from './answer-source.ts'

/** Puts together what a request says, message by message, oldest first. */
export interface Conversation {
  say(role: 'user' | 'assistant', text: string): void
  /** What a called function gave back. */
  toolResult(text: string): void
  read(): Pick<AnswerRequest, 'messages' | 'prefill' | 'toolResults'>
}

export function createConversation(): Conversation {
  const messages: AnswerRequest['messages'] = []
  let toolResults: string[] = []
  return {
    say(role, text) {
      if (role === 'user') toolResults = []
      // An answer that only calls functions says nothing.
      if (role === 'user' || text !== '') messages.push({ role, text })
    },
    toolResult: (text) => void toolResults.push(text),
    read() {
      if (toolResults.length > 0) return { messages, prefill: '', toolResults }
      // A trailing answer is to be continued.
      const last = messages.at(-1)
      return last?.role === 'assistant' ? { messages: messages.slice(0, -1), prefill: last.text } : { messages, prefill: '' }
    },
  }
}
