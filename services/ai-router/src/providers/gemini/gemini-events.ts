import { type EventReader, finishReasonIn, parseData, textField, tokenFigure } from '../event-stream.ts'
import type { FinishReason, StreamPart, VendorUsage } from '../provider.ts'
import { ProviderError } from '../provider-error.ts'
import { writeCallId } from './gemini-call-ids.ts'
import { errorOfGeminiBody } from './gemini-errors.ts'

/** API reference, 'GenerateContentResponse'. Every event is one; there is no last event but the one with a finish reason. */
interface Chunk {
  candidates?: { content?: { parts?: Part[] | null } | null; finishReason?: unknown }[] | null
  promptFeedback?: { blockReason?: unknown } | null
  usageMetadata?: UsageMetadata | null
  modelVersion?: unknown
  responseId?: unknown
  error?: unknown
}

interface Part {
  text?: unknown
  /** The text is a summary of what the model thinks. */
  thought?: unknown
  thoughtSignature?: unknown
  functionCall?: { id?: unknown; name?: unknown; args?: unknown } | null
}

interface UsageMetadata {
  promptTokenCount?: unknown
  toolUsePromptTokenCount?: unknown
  cachedContentTokenCount?: unknown
  candidatesTokenCount?: unknown
  thoughtsTokenCount?: unknown
}

/** What is missing is no end of an answer: `OTHER`, `MALFORMED_FUNCTION_CALL`, `UNEXPECTED_TOOL_CALL`, … */
const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content_filter',
  RECITATION: 'content_filter',
  LANGUAGE: 'content_filter',
  BLOCKLIST: 'content_filter',
  PROHIBITED_CONTENT: 'content_filter',
  SPII: 'content_filter',
  IMAGE_SAFETY: 'content_filter',
}

const PROGRESS: StreamPart = { type: 'progress' }

export function createGeminiReader(): EventReader {
  let hasStarted = false
  let responseId = ''
  let calls = 0
  let finishReason: FinishReason | undefined
  let isComplete = false

  const readPart = ({ text, thought, thoughtSignature, functionCall }: Part): StreamPart | undefined => {
    if (functionCall) {
      const index = calls
      calls += 1
      const name = textField(functionCall.name)
      if (name === '') throw new ProviderError('malformed', 'a tool call has no name')
      const id = writeCallId({
        id: textField(functionCall.id) || `call_${responseId}_${index}`,
        ...(typeof thoughtSignature === 'string' && { thoughtSignature }),
      })
      return { type: 'tool_call', index, id, name, arguments: JSON.stringify(functionCall.args ?? {}) }
    }
    if (thought) return PROGRESS
    return typeof text === 'string' && text !== '' ? { type: 'text', text } : undefined
  }

  return {
    get finishReason() {
      return finishReason === 'stop' && calls > 0 ? 'tool_calls' : finishReason
    },
    get isComplete() {
      return isComplete
    },
    read(event, parts) {
      const chunk = parseData<Chunk>(event)
      if (chunk.error) throw errorOfGeminiBody(chunk, undefined, undefined)
      if (!hasStarted) {
        hasStarted = true
        responseId = textField(chunk.responseId)
        parts.push({ type: 'started', model: textField(chunk.modelVersion), responseId })
      }
      const candidate = chunk.candidates?.[0]
      for (const part of candidate?.content?.parts ?? []) {
        const read = readPart(part)
        if (read) parts.push(read)
      }
      if (candidate?.finishReason) finishReason = finishReasonIn(FINISH_REASONS, candidate.finishReason)
      if (chunk.usageMetadata) parts.push({ type: 'usage', usage: usageOf(chunk.usageMetadata, finishReason !== undefined) })
      const { blockReason } = chunk.promptFeedback ?? {}
      if (blockReason) throw new ProviderError('content', `the vendor refuses the conversation (${textField(blockReason).slice(0, 40)})`)
      isComplete = finishReason !== undefined && Boolean(chunk.usageMetadata)
    },
  }
}

/** Every event has the figures so far: those of the output are final in the last one. Thoughts are billed as output. */
function usageOf(usage: UsageMetadata, isFinal: boolean): VendorUsage {
  const prompt = tokenFigure(usage.promptTokenCount)
  const written = tokenFigure(usage.candidatesTokenCount)
  const thoughts = tokenFigure(usage.thoughtsTokenCount)
  const hasOutput = isFinal && (written ?? thoughts) !== undefined
  return {
    inputTokens: prompt === undefined ? undefined : prompt + (tokenFigure(usage.toolUsePromptTokenCount) ?? 0),
    cachedInputTokens: tokenFigure(usage.cachedContentTokenCount),
    outputTokens: hasOutput ? (written ?? 0) + (thoughts ?? 0) : undefined,
  }
}
