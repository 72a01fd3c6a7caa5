import type { ServerResponse } from 'node:http'
import { create, toJsonString } from '@bufbuild/protobuf'
import { type CompletionPart, CompletionPartSchema, type CompletionState } from '@parley/contracts'

type Part<Case extends NonNullable<CompletionPart['part']['case']>> = Extract<CompletionPart['part'], { case: Case }>['value']
type Plain<Message> = Omit<Message, '$typeName' | '$unknown' | 'usage'>

/** Writes the answer of one completion: one CompletionPart as JSON a line. */
export interface PartWriter {
  started(model: string, provider: string): void
  status(state: CompletionState, message: string): void
  /**
   * Resolves when there is room for more; undefined when there is room at once, which spares a promise for each token.
   * Also resolves when the reader is gone or `signal` fires.
   */
  text(delta: string): Promise<void> | undefined
  finished(part: Plain<Part<'finished'>> & { usage?: UsageFigures }): void
  failed(part: Plain<Part<'failed'>> & { usage?: UsageFigures }): void
}

export type UsageFigures = Plain<NonNullable<Part<'finished'>['usage']>>

export function createPartWriter(response: ServerResponse, signal: AbortSignal): PartWriter {
  const write = (line: string) => {
    if (response.destroyed || response.writableEnded || response.write(line)) return undefined
    return untilDrained(response, signal)
  }
  const writePart = (part: Parameters<typeof create<typeof CompletionPartSchema>>[1]) =>
    void write(`${toJsonString(CompletionPartSchema, create(CompletionPartSchema, part))}\n`)
  return {
    started: (model, provider) => writePart({ part: { case: 'started', value: { model, provider } } }),
    status: (state, message) => writePart({ part: { case: 'status', value: { state, message } } }),
    // By hand: this runs once a token, and the protobuf encoder costs ten times as much.
    text: (delta) => write(`{"text":{"delta":${JSON.stringify(delta)}}}\n`),
    finished: (value) => writePart({ part: { case: 'finished', value } }),
    failed: (value) => writePart({ part: { case: 'failed', value } }),
  }
}

function untilDrained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done)
      response.off('close', done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    response.on('drain', done)
    response.on('close', done)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })
}
