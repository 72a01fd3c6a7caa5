import { type EventReader, finishReasonIn, parseData, textField, tokenFigure } from '../event-stream.ts'
import type { FinishReason, StreamPart, VendorUsage } from '../provider.ts'
import { errorOfAnthropicBody } from './anthropic-errors.ts'

/** Guide 'Streaming Messages'; the `type` in the data repeats the event's. */
interface StreamEvent {
  type?: unknown
  message?: { id?: unknown; model?: unknown; usage?: Usage | null }
  index?: unknown
  content_block?: { type?: unknown; text?: unknown; id?: unknown; name?: unknown }
  delta?: { type?: unknown; text?: unknown; partial_json?: unknown; stop_reason?: unknown }
  usage?: Usage | null
  error?: unknown
}

interface Usage {
  input_tokens?: unknown
  cache_read_input_tokens?: unknown
  cache_creation_input_tokens?: unknown
  output_tokens?: unknown
}

/** Tools run by Anthropic are never sent, so `pause_turn` cannot be an answer. */
const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
}

const PROGRESS: StreamPart = { type: 'progress' }

/** The tool call that is being written. */
interface OpenCall {
  index: number
  hasArguments: boolean
}

export function createAnthropicReader(): EventReader {
  let finishReason: FinishReason | undefined
  let isComplete = false
  let calls = 0
  let openCall: OpenCall | undefined

  const read = (event: StreamEvent, parts: StreamPart[]): void => {
    switch (event.type) {
      case 'content_block_delta': {
        const { text, partial_json } = event.delta ?? {}
        if (typeof text === 'string' && text !== '') parts.push({ type: 'text', text })
        else if (openCall && typeof partial_json === 'string' && partial_json !== '') {
          openCall.hasArguments = true
          parts.push({ type: 'tool_call', index: openCall.index, arguments: partial_json })
        } else parts.push(PROGRESS)
        break
      }
      case 'content_block_start': {
        const { type, text, id, name } = event.content_block ?? {}
        if (type === 'tool_use') {
          openCall = { index: calls, hasArguments: false }
          calls += 1
          parts.push({ type: 'tool_call', index: openCall.index, id: textField(id), name: textField(name), arguments: '' })
        } else if (typeof text === 'string' && text !== '') parts.push({ type: 'text', text })
        // Text is announced together with the message, before the model has written anything.
        else if (type !== 'text') parts.push(PROGRESS)
        break
      }
      case 'content_block_stop':
        // A function without parameters is called without a word; readers expect JSON.
        if (openCall && !openCall.hasArguments) parts.push({ type: 'tool_call', index: openCall.index, arguments: '{}' })
        openCall = undefined
        break
      case 'message_start': {
        const { id, model, usage } = event.message ?? {}
        // Its output figure is a beginning, not an end: it would stand for the whole answer of a stream that is cut.
        const { inputTokens, cachedInputTokens } = usageOf(usage)
        parts.push({ type: 'started', model: textField(model), responseId: textField(id) })
        parts.push({ type: 'usage', usage: { inputTokens, cachedInputTokens } })
        break
      }
      case 'message_delta':
        if (event.delta?.stop_reason) finishReason = finishReasonIn(FINISH_REASONS, event.delta.stop_reason)
        parts.push({ type: 'usage', usage: usageOf(event.usage) })
        break
      case 'message_stop':
        isComplete = true
        break
      case 'error':
        throw errorOfAnthropicBody(event.error, undefined, undefined)
      // Nothing else says anything: `ping`, and what the versioning policy lets Anthropic add.
    }
  }

  return {
    get finishReason() {
      return finishReason
    },
    get isComplete() {
      return isComplete
    },
    read: (event, parts) => read(parseData<StreamEvent>(event), parts),
  }
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
