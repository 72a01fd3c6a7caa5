import type { ServerResponse } from 'node:http'
import { toOpenAiError } from '@parley/errors'
import { createBodyWriter } from '../completions/body-writer.ts'
import type { CompletionFailure } from '../completions/completion-failure.ts'
import type { PartWriter } from '../completions/part-writer.ts'
import { errorOf } from './answer-failure.ts'
import type { CompletionIdentity } from './completion-identity.ts'
import { finishReasons } from './finish-reasons.ts'
import { openAiUsage } from './usage-figures.ts'

export interface ChunkWriterOptions extends CompletionIdentity {
  response: ServerResponse
  /** Sends the head of the answer. Called before the first chunk: until then a failure may still have its own status. */
  begin: () => void
  /** One more chunk with the tokens (stream_options.include_usage). */
  includesUsage: boolean
  signal: AbortSignal
}

export interface ChunkWriter extends PartWriter {
  /** What failed before the answer began, and was not told to anybody yet. */
  readonly failure: CompletionFailure | undefined
}

/**
 * Writes an answer as OpenAI's chat.completion.chunk events. It ends with `[DONE]` only when it is whole: after a failure
 * there is an `error` event instead. What does not change within an answer is made once, and what comes at the same moment
 * is one write: this runs once a token.
 */
export function createChunkWriter(options: ChunkWriterOptions): ChunkWriter {
  const { response, begin, id, created, includesUsage, signal } = options
  const withUsage = includesUsage ? ',"usage":null' : ''
  const tail = `,"logprobs":null,"finish_reason":null}]${withUsage}}\n\n`
  const { write, flush } = createBodyWriter(response, signal)
  let head = ''
  let shared = ''
  let hasBegun = false
  let failure: CompletionFailure | undefined

  function describe(model: string): void {
    shared = `data: {"id":${JSON.stringify(id)},"object":"chat.completion.chunk","created":${created},"model":${JSON.stringify(model)},"system_fingerprint":null,"choices":[`
    head = `${shared}{"index":0,"delta":`
  }

  function start(): void {
    if (hasBegun) return
    hasBegun = true
    begin()
    void write(`${head}{"role":"assistant","content":"","refusal":null}${tail}`)
  }

  return {
    get failure() {
      return failure
    },
    started: describe,
    status: () => undefined,
    text(delta) {
      if (!hasBegun) start()
      return write(`${head}{"content":${JSON.stringify(delta)}}${tail}`)
    },
    toolCall({ index, id: callId, name, arguments: piece }) {
      if (!hasBegun) start()
      const first = name === undefined ? {} : { id: callId, type: 'function' }
      const call = { index, ...first, function: { ...(name !== undefined && { name }), arguments: piece } }
      return write(`${head}{"tool_calls":${JSON.stringify([call])}}${tail}`)
    },
    finished({ reason, model, usage }) {
      if (shared === '') describe(model)
      start()
      void write(`${head}{},"logprobs":null,"finish_reason":"${finishReasons[reason]}"}]${withUsage}}\n\n`)
      if (includesUsage) void write(`${shared}],"usage":${JSON.stringify(openAiUsage(usage))}}\n\n`)
      void write('data: [DONE]\n\n')
      flush()
    },
    failed(part) {
      failure = part
      if (!hasBegun) return
      void write(`event: error\ndata: ${JSON.stringify(toOpenAiError(errorOf(part)).body)}\n\n`)
      flush()
    },
  }
}
