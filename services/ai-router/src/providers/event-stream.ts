import type { FinishReason, StreamPart } from './provider.ts'
import { ProviderError } from './provider-error.ts'
import { createSseSplitter, type ServerSentEvent } from './sse.ts'

/** Understands one vendor's events; made anew for every stream. */
export interface EventReader {
  /** The parts behind one event. Throws ProviderError for an error the vendor reports inside the stream. */
  read(event: ServerSentEvent): readonly StreamPart[]
  /** The vendor's finish reason, once it has been read. */
  readonly finishReason: FinishReason | undefined
  /** True when the vendor said that nothing more follows. */
  readonly isComplete: boolean
}

/**
 * The part of `Provider.stream` that is the same for every vendor with a server-sent event stream: sends, reads, splits,
 * and sees to it that only a finish reason counts as success.
 */
export async function* streamEvents(
  open: () => Promise<Response>,
  reader: EventReader,
  classify: (error: unknown) => ProviderError,
  signal: AbortSignal,
): AsyncGenerator<StreamPart, void, undefined> {
  const response = await open().catch((error: unknown) => {
    throw signal.aborted ? abortReason(signal) : classify(error)
  })
  const body = response.body?.getReader()
  if (!body) throw new ProviderError('malformed', 'the answer has no body')
  const splitter = createSseSplitter()
  try {
    while (!reader.isComplete) {
      const { done, value } = await body.read().catch((error: unknown) => {
        if (signal.aborted) throw abortReason(signal)
        // The answer is whole once its finish reason is there; only what may follow (usage) is lost.
        if (reader.finishReason) return { done: true, value: undefined }
        throw new ProviderError('cut', 'the connection broke inside the stream', { cause: error })
      })
      if (done || !value) break
      for (const event of splitter.push(value)) yield* reader.read(event)
    }
    if (!reader.finishReason) throw new ProviderError('cut', 'the stream ended without a finish reason')
    yield { type: 'finished', reason: reader.finishReason }
  } finally {
    // Also reached when the loop around this generator is left early: closing the connection stops the vendor.
    if (reader.isComplete) void readOut(body)
    else await body.cancel().catch(() => undefined)
  }
}

/** How long a vendor may take to end a body whose last event has come. */
const READ_OUT_MS = 1_000

/** Takes in the end of a body, so that its connection, TLS and all, serves the next request. */
async function readOut(body: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  const timer = setTimeout(() => void body.cancel().catch(() => undefined), READ_OUT_MS)
  try {
    while (!(await body.read()).done);
  } catch {
    // The answer is whole; the pool drops the connection by itself.
  } finally {
    clearTimeout(timer)
  }
}

function abortReason(signal: AbortSignal): ProviderError {
  return signal.reason instanceof ProviderError ? signal.reason : new ProviderError('aborted', 'the caller ended the request')
}

/**
 * The JSON object in an event. Nothing in it is checked here, this is the token path: `Shape` has every field optional
 * and unknown, and the reader looks at the type of what it takes.
 */
export function parseData<Shape extends object>({ data }: ServerSentEvent): Shape {
  let parsed: unknown
  try {
    parsed = JSON.parse(data)
  } catch {
    // The parser's own message quotes the text.
    throw new ProviderError('malformed', 'an event is not JSON')
  }
  if (typeof parsed !== 'object' || parsed === null) throw new ProviderError('malformed', 'an event is not a JSON object')
  return parsed as Shape
}

/** A figure of tokens; undefined for anything a vendor cannot mean. */
export const tokenFigure = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
