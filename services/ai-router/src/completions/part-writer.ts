import type { ServerResponse } from 'node:http'
import { create, toJsonString } from '@bufbuild/protobuf'
import { type CompletionPart, CompletionPartSchema, type CompletionState } from '@parley/contracts'
import type { StreamPart } from '../providers/provider.ts'
import { createBodyWriter } from './body-writer.ts'

type Part<Case extends NonNullable<CompletionPart['part']['case']>> = Extract<CompletionPart['part'], { case: Case }>['value']
type Plain<Message> = Omit<Message, '$typeName' | '$unknown' | 'usage'>

/** A piece of a tool call, as a provider gives it. */
export type ToolCallPiece = Omit<Extract<StreamPart, { type: 'tool_call' }>, 'type'>

/** Writes the answer of one completion, in whatever shape its caller reads. The last one is `finished` or `failed`. */
export interface PartWriter {
  /**
   * A model begins to answer; again where another one, or the same one anew, goes on with the answer.
   *
   * @param unavailable names of models that were to answer before and could not, for people
   */
  started(model: string, provider: string, unavailable: readonly string[]): void
  status(state: CompletionState, message: string): void
  /**
   * Resolves when there is room for more; undefined when there is room at once, which spares a promise for each token.
   * Also resolves when the reader is gone or `signal` fires.
   */
  text(delta: string): Promise<void> | undefined
  /** Like `text`. */
  toolCall(piece: ToolCallPiece): Promise<void> | undefined
  finished(part: Plain<Part<'finished'>> & { usage?: UsageFigures }): void
  failed(part: Plain<Part<'failed'>> & { usage?: UsageFigures }): void
}

export type UsageFigures = Plain<NonNullable<Part<'finished'>['usage']>>

/** One CompletionPart as JSON a line. */
export function createPartWriter(response: ServerResponse, signal: AbortSignal): PartWriter {
  const { write, flush } = createBodyWriter(response, signal)
  const writePart = (part: Parameters<typeof create<typeof CompletionPartSchema>>[1]) =>
    write(`${toJsonString(CompletionPartSchema, create(CompletionPartSchema, part))}\n`)
  return {
    started: (model, provider, unavailable) =>
      void writePart({ part: { case: 'started', value: { model, provider, unavailable: [...unavailable] } } }),
    status: (state, message) => void writePart({ part: { case: 'status', value: { state, message } } }),
    // By hand: this runs once a token, and the protobuf encoder costs ten times as much.
    text: (delta) => write(`{"text":{"delta":${JSON.stringify(delta)}}}\n`),
    toolCall: (value) => writePart({ part: { case: 'toolCall', value } }),
    finished(value) {
      void writePart({ part: { case: 'finished', value } })
      flush()
    },
    failed(value) {
      void writePart({ part: { case: 'failed', value } })
      flush()
    },
  }
}
