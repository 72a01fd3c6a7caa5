import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Fault, SimulatedCall } from './answer-source.ts'
import type { ReceivedRequest, RequestOutcome } from './request-log.ts'
import type { EventWriter, Finish } from './wire.ts'

/** Tokens between two looks at the reader when there is no pace to keep. */
const BATCH_TOKENS = 64

/** How an answer is streamed: the events, the tokens and where it breaks off. */
export interface Playback {
  events: EventWriter
  tokens: string[]
  toolCalls: readonly SimulatedCall[]
  /** Of text and calls together. */
  outputTokens: number
  finish: Finish
  /** 0: as fast as the reader reads. */
  tokensPerSecond: number
  fault: Fault | undefined
}

/**
 * Streams one answer as server-sent events and says how it ended. Tokens leave when they are due by the clock, so a busy
 * machine sends several in one write instead of falling behind; a slow reader holds the answer back.
 */
export async function playAnswer(
  response: ServerResponse,
  { events, tokens, toolCalls, outputTokens, finish, tokensPerSecond, fault }: Playback,
  entry: ReceivedRequest,
  signal: AbortSignal,
): Promise<RequestOutcome> {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
  await write(response, events.begin(), signal)
  const breakAt = breakPoint(fault, tokens.length)
  const last = breakAt ?? tokens.length

  const startedAt = performance.now()
  while (entry.outputTokens < last && !signal.aborted) {
    const sent = entry.outputTokens
    const due = tokensPerSecond > 0 ? 1 + Math.floor(((performance.now() - startedAt) * tokensPerSecond) / 1000) : sent + BATCH_TOKENS
    if (due <= sent) {
      await nap(startedAt + (sent * 1000) / tokensPerSecond - performance.now())
      continue
    }
    const until = Math.min(due, last)
    let batch = ''
    for (let index = sent; index < until; index += 1) batch += events.token(tokens[index] ?? '')
    entry.outputTokens = until
    await write(response, batch, signal)
  }
  if (signal.aborted) return 'aborted'
  if (fault && breakAt !== undefined) return breakOff(response, fault, events, signal)
  entry.outputTokens = outputTokens
  response.end(toolCalls.map(events.toolCall).join('') + events.end(finish, outputTokens))
  return 'completed'
}

/** After how many tokens the stream breaks; undefined when it does not. */
function breakPoint(fault: Fault | undefined, length: number): number | undefined {
  if (!fault || fault.kind === 'rate_limited' || fault.kind === 'status' || fault.kind === 'slow_first_token') return undefined
  return Math.min(fault.afterTokens ?? 0, length)
}

async function breakOff(response: ServerResponse, fault: Fault, events: EventWriter, signal: AbortSignal): Promise<RequestOutcome> {
  if (fault.kind === 'stall') await untilAborted(signal)
  if (fault.kind === 'truncate') response.end()
  if (fault.kind === 'malformed') response.end(`${events.token('x').slice(0, -12)}\n\n`)
  if (fault.kind === 'error_event') response.end(events.error())
  if (fault.kind === 'reset') await reset(response)
  return fault.kind
}

/** Longest time in which an abort goes unnoticed while a stream waits for its next token. */
const NAP_LIMIT_MS = 100

/** A bare timer: this runs once a token, and an abortable sleep costs twice the CPU. */
const nap = (durationMs: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, Math.min(NAP_LIMIT_MS, Math.max(1, Math.ceil(durationMs)))))

/** Writes and waits until the reader has taken it in. */
async function write(response: ServerResponse, text: string, signal: AbortSignal): Promise<void> {
  if (signal.aborted || response.write(text)) return
  await once(response, 'drain', { signal }).catch(() => {})
}

/** Resets the connection, after what was written has left this machine's buffers. */
export async function reset(response: ServerResponse): Promise<void> {
  if (response.headersSent) await new Promise<void>((resolve) => response.write(': \n\n', () => resolve()))
  response.socket?.resetAndDestroy()
}

export const untilAborted = (signal: AbortSignal): Promise<void> =>
  signal.aborted ? Promise.resolve() : new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
