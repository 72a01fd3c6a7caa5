import { setTimeout as delay } from 'node:timers/promises'
import { v7 as newId } from 'uuid'
import type WebSocket from 'ws'
import { openSocket } from './open-socket.ts'
import { type Percentiles, percentilesMs } from './percentiles.ts'
import { nowUs } from './stamped-token.ts'

export interface StopsOrder {
  kind: 'stops'
  /** Of the gateways: what is asked at one is stopped at the next. */
  urls: string[]
  /** One a client; each client has one turn at a time. */
  accessTokens: string[]
  /** Tokens a second of one answer. */
  rate: number
  /** How many turns each client has, one after the other. */
  rounds: number
  /** Over which the first starts are spread. */
  rampMs: number
}

export interface StopsFigures {
  /** From sending `turn.stop` to receiving the frame that tells the end. */
  stopMs: Percentiles
  /** Answers that ended as stopped and kept what had been shown. */
  stopped: number
  /** Others, by how they ended. */
  failures: Record<string, number>
}

/** Long enough that none ends by itself. */
const ANSWER_S = 120
const EARLIEST_MS = 500
const LATEST_MS = 2_500
const PATIENCE_MS = 30_000

interface Frame {
  type: string
  text?: string
  message?: { status: string; text: string }
  error?: { code: string }
}

/** Has answers begin at one gateway and stops them at another, as a person does with two devices. */
export async function generateStops({ urls, accessTokens, rate, rounds, rampMs }: StopsOrder): Promise<StopsFigures> {
  const tookUs: number[] = []
  const failures: Record<string, number> = {}

  async function runClient(accessToken: string, index: number): Promise<void> {
    const at = (offset: number): Promise<WebSocket> => openSocket(urls[(index + offset) % urls.length] ?? '', accessToken)
    const [asking, stopping] = await Promise.all([at(0), at(1)])
    await delay((rampMs * index) / accessTokens.length)
    for (let round = 0; round < rounds; round += 1) {
      const ending = await haveStopped(asking, stopping)
      if (typeof ending === 'number') tookUs.push(ending)
      else failures[ending] = (failures[ending] ?? 0) + 1
    }
    asking.close()
    stopping.close()
  }

  /** Microseconds until the end was told, or what went wrong. */
  function haveStopped(asking: WebSocket, stopping: WebSocket): Promise<number | string> {
    const { promise, resolve } = Promise.withResolvers<number | string>()
    const turnId = newId()
    let text = ''
    let stoppedAtUs = 0
    let stopTimer: NodeJS.Timeout | undefined
    const stop = (): void => {
      stoppedAtUs = nowUs()
      stopping.send(JSON.stringify({ type: 'turn.stop', turnId }))
    }
    const onMessage = (bytes: Buffer): void => {
      const atUs = nowUs()
      const { type, message, error, ...frame } = JSON.parse(bytes.toString()) as Frame
      if (type === 'turn.delta') {
        if (text === '') stopTimer = setTimeout(stop, EARLIEST_MS + Math.random() * (LATEST_MS - EARLIEST_MS))
        text += frame.text ?? ''
      } else if (type === 'turn.completed') {
        const isWhole = message?.status === 'stopped' && message.text === text
        resolve(isWhole ? atUs - stoppedAtUs : `ended as ${message?.status}, text ${message?.text === text ? 'kept' : 'differs'}`)
      } else if (type === 'turn.failed' || type === 'error') resolve(error?.code ?? type)
    }
    const timer = setTimeout(() => resolve('no end in time'), PATIENCE_MS)
    asking.on('message', onMessage)
    asking.send(
      JSON.stringify({ type: 'turn.start', id: turnId, conversationId: null, text: `bench tokens=${ANSWER_S * rate} rate=${rate}` }),
    )
    return promise.finally(() => {
      clearTimeout(timer)
      clearTimeout(stopTimer)
      asking.off('message', onMessage)
    })
  }

  await Promise.all(accessTokens.map(runClient))
  return { stopMs: percentilesMs(tookUs), stopped: tookUs.length, failures }
}
