import { type EventReader, parseData, tokenFigure } from '../event-stream.ts'
import type { FinishReason, StreamPart, VendorUsage } from '../provider.ts'
import { ProviderError } from '../provider-error.ts'
import { errorOfAnthropicBody } from './anthropic-errors.ts'

/** Guide 'Streaming Messages'; the `type` in the data repeats the event's. */
interface StreamEvent {
  type?: unknown
  message?: { id?: unknown; model?: unknown; usage?: Usage | null }
  content_block?: { type?: unknown; text?: unknown }
  delta?: { type?: unknown; text?: unknown; stop_reason?: unknown }
  usage?: Usage | null
  error?: unknown
}

interface Usage {
  input_tokens?: unknown
  cache_read_input_tokens?: unknown
  cache_creation_input_tokens?: unknown
  output_tokens?: unknown
}

/** We send no tools, so `tool_use` and `pause_turn` cannot be an answer. */
const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  refusal: 'content_filter',
}

const NOTHING: readonly StreamPart[] = []
const PROGRESS: readonly StreamPart[] = [{ type: 'progress' }]

export function createAnthropicReader(): EventReader {
  let finishReason: FinishReason | undefined
  let isComplete = false

  const read = (event: StreamEvent): readonly StreamPart[] => {
    switch (event.type) {
      case 'content_block_delta':
        return textParts(event.delta?.text) ?? PROGRESS
      case 'content_block_start':
        return textParts(event.content_block?.text) ?? PROGRESS
      case 'message_start': {
        const { id, model, usage } = event.message ?? {}
        // Its output figure is a beginning, not an end: it would stand for the whole answer of a stream that is cut.
        const { inputTokens, cachedInputTokens } = usageOf(usage)
        return [
          { type: 'started', model: String(model ?? ''), responseId: String(id ?? '') },
          { type: 'usage', usage: { inputTokens, cachedInputTokens } },
        ]
      }
      case 'message_delta': {
        if (event.delta?.stop_reason) finishReason = finishReasonOf(event.delta.stop_reason)
        return [{ type: 'usage', usage: usageOf(event.usage) }]
      }
      case 'message_stop':
        isComplete = true
        return NOTHING
      case 'error':
        throw errorOfAnthropicBody(event.error, undefined, undefined)
      default:
        // `ping`, `content_block_stop`, and what the versioning policy lets Anthropic add.
        return NOTHING
    }
  }

  return {
    get finishReason() {
      return finishReason
    },
    get isComplete() {
      return isComplete
    },
    read: (event) => read(parseData<StreamEvent>(event)),
  }
}

const textParts = (text: unknown): readonly StreamPart[] | undefined =>
  typeof text === 'string' && text !== '' ? [{ type: 'text', text }] : undefined

function finishReasonOf(given: unknown): FinishReason {
  const reason = FINISH_REASONS[String(given)]
  if (!reason) throw new ProviderError('malformed', `the stream ended for an unknown reason: ${String(given).slice(0, 40)}`)
  return reason
}

/** `input_tokens` leaves out what was read from and written to the cache; ours is the whole input. */
function usageOf(usage: Usage | null | undefined): VendorUsage {
  const fresh = tokenFigure(usage?.input_tokens)
  const read = tokenFigure(usage?.cache_read_input_tokens)
  const written = tokenFigure(usage?.cache_creation_input_tokens) ?? 0
  return {
    inputTokens: fresh === undefined ? undefined : fresh + (read ?? 0) + written,
    cachedInputTokens: read,
    outputTokens: tokenFigure(usage?.output_tokens),
  }
}
