import { type EventReader, finishReasonIn, parseData, textField, tokenFigure } from '../event-stream.ts'
import type { FinishReason, StreamPart, VendorUsage } from '../provider.ts'
import { ProviderError } from '../provider-error.ts'

/** Guide 'Streaming responses'; the `type` in the data repeats the event's. */
interface StreamEvent {
  type?: unknown
  id?: unknown
  delta?: { message?: MessageDelta | null; finish_reason?: unknown; usage?: Usage | null } | null
}

interface MessageDelta {
  content?: { type?: unknown; text?: unknown; thinking?: unknown } | null
  tool_calls?: { id?: unknown; function?: { name?: unknown; arguments?: unknown } | null } | null
}

interface Figures {
  input_tokens?: unknown
  output_tokens?: unknown
}

interface Usage {
  billed_units?: Figures | null
  tokens?: Figures | null
  cached_tokens?: unknown
}

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop',
  MAX_TOKENS: 'length',
  TOOL_CALL: 'tool_calls',
}

/** The vendor gave up in the middle, with a status of 200. */
const FAILURES: ReadonlySet<unknown> = new Set(['ERROR', 'TIMEOUT'])

const PROGRESS: StreamPart = { type: 'progress' }

/** @param model events do not name it */
export function createCohereReader(model: string): EventReader {
  let finishReason: FinishReason | undefined
  let isComplete = false
  let calls = 0

  const read = ({ type, id, delta }: StreamEvent, parts: StreamPart[]): void => {
    switch (type) {
      case 'message-start':
        parts.push({ type: 'started', model, responseId: textField(id) })
        break
      case 'content-start':
      case 'content-delta': {
        const content = delta?.message?.content
        if (typeof content?.text === 'string' && content.text !== '') parts.push({ type: 'text', text: content.text })
        // Text is announced before the model has written anything.
        else if (content?.type !== 'text') parts.push(PROGRESS)
        break
      }
      case 'tool-plan-delta':
        parts.push(PROGRESS)
        break
      case 'tool-call-start': {
        const { id: callId, function: called } = delta?.message?.tool_calls ?? {}
        const name = textField(called?.name)
        if (name === '') throw new ProviderError('malformed', 'a tool call has no name')
        const index = calls
        calls += 1
        parts.push({ type: 'tool_call', index, id: textField(callId) || `call_${index}`, name, arguments: textField(called?.arguments) })
        break
      }
      case 'tool-call-delta':
        if (calls === 0) throw new ProviderError('malformed', 'a tool call goes on before it began')
        parts.push({ type: 'tool_call', index: calls - 1, arguments: textField(delta?.message?.tool_calls?.function?.arguments) })
        break
      case 'message-end': {
        const given = delta?.finish_reason
        if (delta?.usage) parts.push({ type: 'usage', usage: usageOf(delta.usage) })
        if (FAILURES.has(given)) throw new ProviderError('overloaded', `the vendor gave up on the answer (${String(given)})`)
        if (given) finishReason = finishReasonIn(FINISH_REASONS, given)
        isComplete = true
        break
      }
      // Nothing else says anything: citations, ends of contents and calls.
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

/** Billed units are what the invoice says; `tokens` counts the vendor's own preamble as well. */
function usageOf({ billed_units, tokens, cached_tokens }: Usage): VendorUsage {
  return {
    inputTokens: tokenFigure(billed_units?.input_tokens) ?? tokenFigure(tokens?.input_tokens),
    cachedInputTokens: tokenFigure(cached_tokens),
    outputTokens: tokenFigure(billed_units?.output_tokens) ?? tokenFigure(tokens?.output_tokens),
  }
}
