import { create, type MessageInitShape, toJsonString } from '@bufbuild/protobuf'
import { type CompletionPart, CompletionPartSchema, type CompletionState, completionLink } from '@parley/contracts'
import type { StreamPart } from '../providers/provider.ts'
import { textPieces } from './text-pieces.ts'

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

/** Hands over one CompletionPart as JSON. Resolves when there is room for more; undefined when there is room at once. */
export type WritePart = (part: string, kind: keyof PartWriter) => Promise<void> | undefined

/** Each part as the JSON of a CompletionPart. */
export function createPartWriter(write: WritePart): PartWriter {
  const writePart = (kind: keyof PartWriter, part: MessageInitShape<typeof CompletionPartSchema>) =>
    write(toJsonString(CompletionPartSchema, create(CompletionPartSchema, part)), kind)
  return {
    started: (model, provider, unavailable) =>
      void writePart('started', { part: { case: 'started', value: { model, provider, unavailable: [...unavailable] } } }),
    status: (state, message) => void writePart('status', { part: { case: 'status', value: { state, message } } }),
    text: (delta) => (delta.length <= LONGEST_DELTA ? write(textPart(delta), 'text') : writeInPieces(write, delta)),
    toolCall: (value) => writePart('toolCall', { part: { case: 'toolCall', value } }),
    finished: (value) => void writePart('finished', { part: { case: 'finished', value } }),
    failed: (value) => void writePart('failed', { part: { case: 'failed', value } }),
  }
}

const LONGEST_DELTA = completionLink.longestDelta

/** By hand: this runs once a token, and the protobuf encoder costs ten times as much. */
const textPart = (delta: string): string => `{"text":{"delta":${JSON.stringify(delta)}}}`

function writeInPieces(write: WritePart, delta: string): Promise<void> | undefined {
  let room: Promise<void> | undefined
  for (const piece of textPieces(delta, LONGEST_DELTA)) room = write(textPart(piece), 'text')
  return room
}
