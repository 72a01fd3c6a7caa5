import { type EventReader, finishReasonIn, parseData, textField, tokenFigure } from '../event-stream.ts'
import type { FinishReason, StreamPart, VendorUsage } from '../provider.ts'
import { errorOfOpenaiBody } from './openai-errors.ts'
import { createToolCallReader, type ToolCallDelta } from './openai-tool-calls.ts'

/** API reference, 'The chat completion chunk object', and what compatible endpoints add to it. */
interface Chunk {
  id?: unknown
  model?: unknown
  choices?: { delta?: Delta | null; finish_reason?: unknown }[] | null
  usage?: Usage | null
  /** Groq's place for the figures. */
  x_groq?: { usage?: Usage | null } | null
  error?: unknown
}

interface Delta {
  content?: unknown
  refusal?: unknown
  tool_calls?: ToolCallDelta[] | null
  /** What a reasoning model thinks, in the words of vLLM and DeepSeek, and of OpenRouter and Groq. */
  reasoning_content?: unknown
  reasoning?: unknown
}

interface Usage {
  prompt_tokens?: unknown
  completion_tokens?: unknown
  prompt_tokens_details?: { cached_tokens?: unknown } | null
}

/** The last three are compatible endpoints' words. `error` and `insufficient_system_resource` are no ends of an answer. */
const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool_calls',
  content_filter: 'content_filter',
  function_call: 'tool_calls',
  eos: 'stop',
  model_length: 'length',
}

const PROGRESS: StreamPart = { type: 'progress' }

export function createOpenaiReader(): EventReader {
  const toolCalls = createToolCallReader()
  let hasStarted = false
  let finishReason: FinishReason | undefined
  let isComplete = false
  return {
    get finishReason() {
      // Some endpoints end an answer that calls tools with `stop`.
      return finishReason === 'stop' && toolCalls.hasCalls ? 'tool_calls' : finishReason
    },
    get isComplete() {
      return isComplete
    },
    read(event, parts) {
      if (event.data === '[DONE]') {
        isComplete = true
        return
      }
      const chunk = parseData<Chunk>(event)
      if (chunk.error) throw errorOfOpenaiBody(chunk.error, undefined)
      if (!hasStarted) {
        hasStarted = true
        parts.push({ type: 'started', model: textField(chunk.model), responseId: textField(chunk.id) })
      }
      const choice = chunk.choices?.[0]
      if (choice?.delta) readDelta(choice.delta, parts)
      const usage = chunk.usage ?? chunk.x_groq?.usage
      if (usage) parts.push({ type: 'usage', usage: usageOf(usage) })
      if (choice?.finish_reason) finishReason = finishReasonIn(FINISH_REASONS, choice.finish_reason)
    },
  }

  function readDelta({ content, refusal, tool_calls, reasoning_content, reasoning }: Delta, parts: StreamPart[]): void {
    if (typeof content === 'string' && content !== '') parts.push({ type: 'text', text: content })
    // What the model says instead of an answer: the user is to read it.
    if (typeof refusal === 'string' && refusal !== '') parts.push({ type: 'text', text: refusal })
    if (Array.isArray(tool_calls)) for (const call of tool_calls) parts.push(toolCalls.read(call))
    if (reasoning_content || reasoning) parts.push(PROGRESS)
  }
}

function usageOf(usage: Usage): VendorUsage {
  return {
    inputTokens: tokenFigure(usage.prompt_tokens),
    cachedInputTokens: tokenFigure(usage.prompt_tokens_details?.cached_tokens),
    outputTokens: tokenFigure(usage.completion_tokens),
  }
}
