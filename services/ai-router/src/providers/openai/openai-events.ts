import { type EventReader, parseData, tokenFigure } from '../event-stream.ts'
import type { FinishReason, StreamPart, VendorUsage } from '../provider.ts'
import { ProviderError } from '../provider-error.ts'
import { errorOfOpenaiBody } from './openai-errors.ts'

/** API reference, 'The chat completion chunk object'. */
interface Chunk {
  id?: unknown
  model?: unknown
  choices?: { delta?: { content?: unknown; refusal?: unknown }; finish_reason?: unknown }[] | null
  usage?: { prompt_tokens?: unknown; completion_tokens?: unknown; prompt_tokens_details?: { cached_tokens?: unknown } | null } | null
  error?: unknown
}

/** We send no tools, so `tool_calls` cannot be an answer; `error` (some gateways) is none either. */
const FINISH_REASONS: Readonly<Record<string, FinishReason>> = { stop: 'stop', length: 'length', content_filter: 'content_filter' }

export function createOpenaiReader(): EventReader {
  let hasStarted = false
  let finishReason: FinishReason | undefined
  let isComplete = false
  return {
    get finishReason() {
      return finishReason
    },
    get isComplete() {
      return isComplete
    },
    read(event) {
      if (event.data === '[DONE]') {
        isComplete = true
        return []
      }
      const chunk = parseData<Chunk>(event)
      if (chunk.error) throw errorOfOpenaiBody(chunk.error, undefined)
      const parts: StreamPart[] = []
      if (!hasStarted) {
        hasStarted = true
        parts.push({ type: 'started', model: String(chunk.model ?? ''), responseId: String(chunk.id ?? '') })
      }
      const choice = chunk.choices?.[0]
      // A refusal is what the model says instead of an answer: the user is to read it.
      for (const text of [choice?.delta?.content, choice?.delta?.refusal]) {
        if (typeof text === 'string' && text !== '') parts.push({ type: 'text', text })
      }
      if (chunk.usage) parts.push({ type: 'usage', usage: usageOf(chunk.usage) })
      if (choice?.finish_reason) finishReason = finishReasonOf(choice.finish_reason)
      return parts
    },
  }
}

function finishReasonOf(given: unknown): FinishReason {
  const reason = FINISH_REASONS[String(given)]
  if (!reason) throw new ProviderError('malformed', `the stream ended for an unknown reason: ${String(given).slice(0, 40)}`)
  return reason
}

function usageOf(usage: NonNullable<Chunk['usage']>): VendorUsage {
  return {
    inputTokens: tokenFigure(usage.prompt_tokens),
    cachedInputTokens: tokenFigure(usage.prompt_tokens_details?.cached_tokens),
    outputTokens: tokenFigure(usage.completion_tokens),
  }
}
