import type { CompletionFailure } from '../completions/completion-failure.ts'
import type { PartWriter } from '../completions/part-writer.ts'
import type { CompletionIdentity } from './completion-identity.ts'
import { finishReasons } from './finish-reasons.ts'
import { openAiUsage } from './usage-figures.ts'

interface ToolCall {
  id: string
  type: 'function'
  function: { name: string; arguments: string }
}

export interface WholeAnswer extends PartWriter {
  /** The answer as OpenAI's chat.completion, once it is finished. */
  readonly body: object | undefined
  readonly failure: CompletionFailure | undefined
}

/** Puts the parts of an answer together, for a request that does not stream. */
export function createWholeAnswer({ id, created }: CompletionIdentity): WholeAnswer {
  const texts: string[] = []
  const toolCalls: ToolCall[] = []
  let body: object | undefined
  let failure: CompletionFailure | undefined

  return {
    get body() {
      return body
    },
    get failure() {
      return failure
    },
    started: () => undefined,
    status: () => undefined,
    text(delta) {
      texts.push(delta)
      return undefined
    },
    toolCall({ index, id: callId = '', name = '', arguments: piece }) {
      const known = toolCalls[index]
      if (known) known.function.arguments += piece
      else toolCalls[index] = { id: callId, type: 'function', function: { name, arguments: piece } }
      return undefined
    },
    finished({ reason, model, usage }) {
      const calls = toolCalls.filter(Boolean)
      // OpenAI's answers that only call tools have no content at all.
      const content = texts.length > 0 || calls.length === 0 ? texts.join('') : null
      const message = { role: 'assistant', content, refusal: null, annotations: [], ...(calls.length > 0 && { tool_calls: calls }) }
      body = {
        ...{ id, object: 'chat.completion', created, model },
        choices: [{ index: 0, message, logprobs: null, finish_reason: finishReasons[reason] }],
        usage: openAiUsage(usage),
        system_fingerprint: null,
      }
    },
    failed(part) {
      failure = part
    },
  }
}
