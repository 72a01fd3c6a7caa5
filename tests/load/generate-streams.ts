import { setTimeout as delay } from 'node:timers/promises'
import { type LeanConnection, openConnection, type RequestTemplate, requestsOf } from './lean-connection.ts'
import { type Percentiles, percentilesMs } from './percentiles.ts'
import type { Watched } from './process-figures.ts'
import { measureWindow, type ProcessUse, watchMemory } from './process-use.ts'
import { nowUs, readStampedTokens } from './stamped-token.ts'

export interface StreamsOrder {
  kind: 'streams'
  url: string
  /** One for each client, taken in turn. */
  templates: RequestTemplate[]
  /** At a time; each client asks again as soon as its answer is whole. */
  streams: number
  /** Of one answer. */
  chunks: number
  /** Over which the first starts are spread. */
  rampMs: number
  /** What is measured, behind the ramp. */
  windowMs: number
  watched: Watched[]
}

export interface StreamsFigures extends ProcessUse {
  /** That arrived in the window. */
  chunks: number
  firstTokenMs: Percentiles
  tokenMs: Percentiles
  /** Answers that ended whole in the window. */
  completed: number
  /** Requests that were refused with 503, which the client asked again after the time it was told. */
  shed: number
  /** Whatever else an answer ended with, and how often. */
  failures: Record<string, number>
}

/** The first letter of `event: error`, where an answer breaks off; every other event begins with its data. */
const ERROR_EVENT = 'e'.charCodeAt(0)
const NEWLINE = 0x0a
const RECONNECT_MS = 500
const OK = 200
const UNAVAILABLE = 503

/** Keeps a number of streams open and reads them; measures in the window alone. */
export async function generateStreams(order: StreamsOrder): Promise<StreamsFigures> {
  const { url, templates, streams, rampMs, windowMs, watched } = order
  const firstUs: number[] = []
  const tokenUs: number[] = []
  const failures: Record<string, number> = {}
  const counts = { completed: 0, shed: 0 }
  const clients: { stop(): void }[] = []
  let isMeasured = false
  let isOver = false
  let nextNumber = 0
  const failed = (reason: string): void => {
    failures[reason] = (failures[reason] ?? 0) + 1
  }

  function startClient(requestOf: (number: number) => string): { stop(): void } {
    let connection: LeanConnection | undefined
    let sentUs = 0
    let isCounted = false
    let reason = 'cut'
    let index = 0
    let rest: Buffer = Buffer.alloc(0)
    const onToken = (given: number, stampUs: number): void => {
      const atUs = nowUs()
      if (given !== index) failed(`token ${given > index ? 'lost' : 'repeated'}`)
      if (isMeasured) tokenUs.push(atUs - stampUs)
      if (given === 0 && isCounted) firstUs.push(atUs - sentUs)
      index = given + 1
    }
    const ask = (): void => {
      if (isOver) return
      connection ??= openConnection(url, listener, (reason) => {
        connection = undefined
        if (isOver) return
        failed(reason)
        setTimeout(ask, RECONNECT_MS)
      })
      index = 0
      reason = 'cut'
      rest = Buffer.alloc(0)
      isCounted = isMeasured
      sentUs = nowUs()
      connection.send(requestOf(nextNumber++))
    }
    const listener = {
      body(bytes: Buffer): void {
        if (bytes[0] === ERROR_EVENT) reason = /"code":"(\w+)"/.exec(bytes.toString('latin1'))?.[1] ?? reason
        if (rest.length === 0 && bytes[bytes.length - 1] === NEWLINE) {
          readStampedTokens(bytes, onToken)
          return
        }
        const joined = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
        const end = joined.lastIndexOf(NEWLINE) + 1
        readStampedTokens(joined.subarray(0, end), onToken)
        rest = Buffer.from(joined.subarray(end))
      },
      end({ status, retryAfterS }: { status: number; retryAfterS: number }): void {
        if (status === OK && index === order.chunks) {
          if (isMeasured) counts.completed += 1
        } else if (status === UNAVAILABLE) {
          if (isMeasured) counts.shed += 1
          return void setTimeout(ask, Math.max(1, retryAfterS) * 1_000)
        } else failed(status === OK ? reason : `status ${status}`)
        // Behind what else has arrived: reading goes before asking.
        setImmediate(ask)
      },
    }
    ask()
    return { stop: () => connection?.destroy() }
  }

  const looking = watchMemory(watched)
  const startedMs = performance.now()
  for (let index = 0; index < streams; index += 1) {
    const template = templates[index % templates.length]
    if (!template) throw new Error('there is no request to send')
    const waitMs = startedMs + (rampMs * index) / streams - performance.now()
    if (waitMs >= 1) await delay(waitMs)
    clients.push(startClient(requestsOf(url, template)))
  }
  await delay(Math.max(0, startedMs + rampMs - performance.now()))
  const use = await measureWindow(watched, windowMs, (isNow) => {
    isMeasured = isNow
  })
  isOver = true
  for (const client of clients) client.stop()
  return {
    ...{ ...use, rssMb: looking.stop() },
    ...{ chunks: tokenUs.length, firstTokenMs: percentilesMs(firstUs), tokenMs: percentilesMs(tokenUs), ...counts, failures },
  }
}
