import type { FinishReason, PartTaker, StreamPart } from './provider.ts'
import { ProviderError } from './provider-error.ts'
import { createSseSplitter, type ServerSentEvent } from './sse.ts'
import { createTextTemplate } from './text-template.ts'
import { BrokenBody, type VendorBody } from './vendor-body.ts'
import { streamBody, type VendorHttp } from './vendor-http.ts'

/** Understands one vendor's events; made anew for every stream. */
export interface EventReader {
  /**
   * Adds the parts behind one event. Throws ProviderError for an error the vendor reports inside the stream. An event that adds
   * one text, and neither ends the answer nor gives its finish reason, changes nothing: another like it may go unread.
   */
  read(event: ServerSentEvent, parts: StreamPart[]): void
  /** The vendor's finish reason, once it has been read. */
  readonly finishReason: FinishReason | undefined
  /** True when the vendor said that nothing more follows. */
  readonly isComplete: boolean
}

/** What is a vendor's own in a stream. */
export interface VendorStream {
  http: Pick<VendorHttp, 'hold'>
  /** Sends the request by `fetchStream`. */
  open(): Promise<Response>
  reader: EventReader
  /** What `open` threw, in our terms. */
  classify(error: unknown): ProviderError
}

/**
 * The part of `Provider.stream` that is the same for every vendor with a server-sent event stream: sends, reads, splits,
 * and sees to it that only a finish reason counts as success.
 */
export async function streamEvents({ http, open, reader, classify }: VendorStream, signal: AbortSignal, take: PartTaker): Promise<void> {
  const release = http.hold()
  let body: VendorBody | undefined
  try {
    const response = await open().catch((error: unknown) => {
      throw signal.aborted ? abortReason(signal) : classify(error)
    })
    body = streamBody(response)
    if (!body) throw new ProviderError('malformed', 'the answer has no body')
    await readEvents(body, reader, signal, take)
    if (!reader.finishReason) throw new ProviderError('cut', 'the stream ended without a finish reason')
    await take([{ type: 'finished', reason: reader.finishReason }])
  } finally {
    // Closing the connection stops the vendor.
    if (reader.isComplete) body?.readOut()
    else body?.leave()
    release()
  }
}

/** What the network brought at once is handed on at once, in the moment in which it came. */
async function readEvents(body: VendorBody, reader: EventReader, signal: AbortSignal, take: PartTaker): Promise<void> {
  let parts: StreamPart[] = []
  let hasStarted = false
  let room: Promise<void> | undefined

  const template = createTextTemplate((event) => {
    const found: StreamPart[] = []
    reader.read(event, found)
    return found
  })
  const splitter = createSseSplitter((event) => {
    if (reader.isComplete) return
    const known = template.textIn(event)
    if (known !== undefined) {
      parts.push({ type: 'text', text: known })
      return
    }
    const before = parts.length
    reader.read(event, parts)
    const only = parts.length === before + 1 ? parts[before] : undefined
    if (only?.type === 'text' && !reader.finishReason && !reader.isComplete) template.learn(event, only.text)
  })
  const handOn = () => {
    if (parts.length === 0) return undefined
    if (!hasStarted && parts[0]?.type !== 'started') parts.unshift(STARTED)
    hasStarted = true
    const batch = parts
    parts = []
    return take(batch)
  }

  try {
    await body.read((bytes) => {
      try {
        splitter.push(bytes)
      } finally {
        // What came before a failure counts.
        room = handOn()
      }
      return reader.isComplete ? 'enough' : room
    })
  } catch (error) {
    if (!(error instanceof BrokenBody)) throw error
    if (signal.aborted) throw abortReason(signal)
    // The answer is whole once its finish reason is there; only what may follow (usage) is lost.
    if (!reader.finishReason) throw new ProviderError('cut', 'the connection broke inside the stream', { cause: error.cause })
  }
  await room
}

/** Of a vendor that left its first event out. */
const STARTED: StreamPart = { type: 'started', model: '', responseId: '' }

export function abortReason(signal: AbortSignal): ProviderError {
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

/** No request has more: a larger figure is a vendor's mistake that nobody must be charged for. */
const MOST_TOKENS = 100_000_000

/** A figure of tokens; undefined for anything a vendor cannot mean. */
export const tokenFigure = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= MOST_TOKENS ? value : undefined

export const textField = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The vendor's word for the end of an answer in ours. One that nobody knows is no success. */
export function finishReasonIn(reasons: Readonly<Record<string, FinishReason>>, given: unknown): FinishReason {
  const reason = reasons[String(given)]
  if (!reason) throw new ProviderError('malformed', `the stream ended for an unknown reason: ${String(given).slice(0, 40)}`)
  return reason
}
