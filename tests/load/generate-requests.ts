import { setTimeout as delay } from 'node:timers/promises'
import { type LeanConnection, openConnection, type RequestTemplate, requestsOf } from './lean-connection.ts'
import { type Percentiles, percentilesMs } from './percentiles.ts'
import type { Watched } from './process-figures.ts'
import { measureWindow, type ProcessUse, watchMemory } from './process-use.ts'
import { nowUs } from './stamped-token.ts'

export interface RequestsOrder {
  kind: 'requests'
  url: string
  templates: RequestTemplate[]
  connections: number
  /** Requests a second, whether or not earlier ones were answered; 0: each connection asks again at once. */
  perSecond: number
  warmUpMs: number
  windowMs: number
  watched: Watched[]
}

export interface RequestsFigures extends ProcessUse {
  /** Answered 200 in the window. */
  requests: number
  /** From the moment a request was due. */
  answerMs: Percentiles
  /** Of a fixed rate: requests that were due and not sent yet, at the end. */
  waiting: number
  shed: number
  failures: Record<string, number>
}

const OK = 200
const UNAVAILABLE = 503
const RECONNECT_MS = 500

/** Sends requests that do not stream: one at a time on each connection, or at a fixed rate. */
export async function generateRequests(order: RequestsOrder): Promise<RequestsFigures> {
  const { url, templates, connections, perSecond, warmUpMs, windowMs, watched } = order
  const answerUs: number[] = []
  const failures: Record<string, number> = {}
  const due: number[] = []
  const free: ((dueUs: number) => void)[] = []
  const stops: (() => void)[] = []
  let shed = 0
  let nextNumber = 0
  let isMeasured = false
  let isOver = false
  const failed = (reason: string): void => {
    failures[reason] = (failures[reason] ?? 0) + 1
  }

  function isFree(send: (dueUs: number) => void): void {
    if (isOver) return
    const dueUs = perSecond === 0 ? nowUs() : due.shift()
    if (dueUs === undefined) free.push(send)
    else send(dueUs)
  }

  function startClient(requestOf: (number: number) => string): void {
    let connection: LeanConnection | undefined
    let dueUs = 0
    const send = (atUs: number): void => {
      dueUs = atUs
      connection ??= openConnection(url, listener, (reason) => {
        connection = undefined
        if (isOver) return
        failed(reason)
        setTimeout(() => isFree(send), RECONNECT_MS)
      })
      connection.send(requestOf(nextNumber++))
    }
    const listener = {
      body: (): void => undefined,
      end({ status }: { status: number }): void {
        if (isMeasured && status === OK) answerUs.push(nowUs() - dueUs)
        else if (status === UNAVAILABLE) shed += isMeasured ? 1 : 0
        else if (status !== OK) failed(`status ${status}`)
        setImmediate(() => isFree(send))
      },
    }
    stops.push(() => connection?.destroy())
    isFree(send)
  }

  for (let index = 0; index < connections; index += 1) {
    const template = templates[index % templates.length]
    if (!template) throw new Error('there is no request to send')
    startClient(requestsOf(url, template))
  }
  const onDue = (dueUs: number): void => {
    const send = free.pop()
    if (send) send(dueUs)
    else due.push(dueUs)
  }
  const stopRate = perSecond > 0 ? atRate(perSecond, onDue) : undefined
  const looking = watchMemory(watched)
  await delay(warmUpMs)
  const use = await measureWindow(watched, windowMs, (isNow) => {
    isMeasured = isNow
  })
  stopRate?.()
  isOver = true
  for (const stop of stops) stop()
  return {
    ...{ ...use, rssMb: looking.stop() },
    ...{ requests: answerUs.length, answerMs: percentilesMs(answerUs), waiting: due.length, shed, failures },
  }
}

/** Fires at equal distances from each other, late ones at once; each is told when it was due. */
function atRate(perSecond: number, fire: (dueUs: number) => void): () => void {
  const everyUs = 1e6 / perSecond
  let nextUs = nowUs()
  const timer = setInterval(() => {
    for (const now = nowUs(); nextUs <= now; nextUs += everyUs) fire(nextUs)
  }, 1)
  return () => clearInterval(timer)
}
