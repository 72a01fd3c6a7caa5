import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { v7 as newId } from 'uuid'
import WebSocket from 'ws'
import { openSocket } from './open-socket.ts'
import { type Percentiles, percentilesMs } from './percentiles.ts'
import { createSequenceCheck, type SequenceCheck, type SequenceFaults } from './sequence-check.ts'
import { nowUs, readStampedTokens } from './stamped-token.ts'

export interface TurnsOrder {
  kind: 'turns'
  /** Of the gateway. */
  url: string
  /** One a client; each client has one turn at a time. */
  accessTokens: string[]
  /** Of one answer. */
  tokens: number
  /** A second and answer. */
  rate: number
  /** How many turns each client has, one after the other, in one conversation. */
  rounds: number
  /** Over which the first starts are spread. */
  rampMs: number
}

export interface TurnsFigures extends SequenceFaults {
  firstTokenMs: Percentiles
  tokenMs: Percentiles
  tokens: number
  frames: number
  framesPerSecond: number
  tokensPerSecond: number
  completed: number
  /** Turns that ended otherwise, by what was said: code or reason and number. */
  failures: Record<string, number>
}

/** Where a client's turns go; null until its first one was accepted. */
interface Talk {
  conversationId: string | null
}

/** An answer that has not ended this long after it should have is given up. */
const PATIENCE_MS = 60_000
/** `{"type":"turn.delta"`: the letter that tells the kinds of turn frames apart. */
const KIND_AT = 14
const ACCEPTED = 'a'.charCodeAt(0)
const DELTA = 'd'.charCodeAt(0)
const COMPLETED = 'c'.charCodeAt(0)
const FAILED = 'f'.charCodeAt(0)
const RESTARTED = 'r'.charCodeAt(0)
const TURN_FRAME = Buffer.from('{"type":"turn.')
const ERROR_MESSAGE = Buffer.from('{"type":"error"')
const SEQ_KEY = Buffer.from('"seq":')
const FROM_SEQ_KEY = Buffer.from('"fromSeq":')

/** Has turns over WebSockets, as browsers have them, and looks at every frame without parsing it. */
export async function generateTurns(order: TurnsOrder): Promise<TurnsFigures> {
  const { accessTokens, tokens, rate, rounds, rampMs } = order
  const firstUs: number[] = []
  const tokenUs: number[] = []
  const faults: SequenceFaults = { lost: 0, duplicate: 0, reordered: 0 }
  const failures: Record<string, number> = {}
  let frames = 0
  let completed = 0
  const timeoutMs = (tokens / rate) * 1_000 + PATIENCE_MS

  async function runClient(accessToken: string, index: number): Promise<void> {
    const socket = await openSocket(order.url, accessToken)
    await delay((rampMs * index) / accessTokens.length)
    const talk: Talk = { conversationId: null }
    for (let round = 0; round < rounds; round += 1) {
      const check = createSequenceCheck(tokens)
      const ending = await haveTurn(socket, talk, check)
      if (ending === 'completed') {
        completed += 1
        check.addTo(faults)
      } else failures[ending] = (failures[ending] ?? 0) + 1
    }
    await closed(socket)
  }

  /** Resolves with how it ended. */
  function haveTurn(socket: WebSocket, talk: Talk, check: SequenceCheck): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>()
    let hasFirst = false
    let lastSeq = 0
    const sentUs = nowUs()

    const onMessage = (bytes: Buffer): void => {
      if (!startsWith(bytes, TURN_FRAME)) {
        if (startsWith(bytes, ERROR_MESSAGE)) resolve(errorCodeOf(bytes))
        return
      }
      const kind = bytes[KIND_AT]
      if (kind === ACCEPTED) talk.conversationId = conversationIn(bytes)
      const seq = numberAfter(bytes, SEQ_KEY)
      if (seq === undefined) return
      frames += 1
      if (seq !== lastSeq + 1 && numberAfter(bytes, FROM_SEQ_KEY) !== lastSeq + 1) faults[seq <= lastSeq ? 'duplicate' : 'lost'] += 1
      lastSeq = seq
      if (kind === DELTA) {
        const atUs = nowUs()
        readStampedTokens(bytes, (index, stampUs) => {
          check.see(index)
          tokenUs.push(atUs - stampUs)
          if (!hasFirst) firstUs.push(atUs - sentUs)
          hasFirst = true
        })
      } else if (kind === COMPLETED) resolve('completed')
      else if (kind === FAILED) resolve(errorCodeOf(bytes))
      else if (kind === RESTARTED) resolve('restarted')
    }
    const onClose = (code: number): void => resolve(`closed ${code}`)
    const timer = setTimeout(() => resolve('no end in time'), timeoutMs)
    socket.on('message', onMessage)
    socket.on('close', onClose)
    const text = `bench tokens=${tokens} rate=${rate}`
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: 'turn.start', id: newId(), ...talk, text }))
    else resolve('closed before')
    return promise.finally(() => {
      clearTimeout(timer)
      socket.off('message', onMessage)
      socket.off('close', onClose)
    })
  }

  const startedMs = performance.now()
  await Promise.all(accessTokens.map(runClient))
  const tookS = (performance.now() - startedMs) / 1_000
  return {
    ...{ firstTokenMs: percentilesMs(firstUs), tokenMs: percentilesMs(tokenUs), tokens: tokenUs.length, frames, completed, failures },
    ...{ framesPerSecond: Math.round(frames / tookS), tokensPerSecond: Math.round(tokenUs.length / tookS) },
    ...faults,
  }
}

/** Also of one that the other side has closed. */
async function closed(socket: WebSocket): Promise<void> {
  if (socket.readyState === WebSocket.CLOSED) return
  socket.close()
  await once(socket, 'close')
}

const startsWith = (bytes: Buffer, start: Buffer): boolean =>
  bytes.length >= start.length && bytes.compare(start, 0, start.length, 0, start.length) === 0

function numberAfter(bytes: Buffer, key: Buffer): number | undefined {
  const at = bytes.indexOf(key)
  if (at < 0) return undefined
  let value = 0
  for (let digit = at + key.length; ; digit += 1) {
    const byte = bytes[digit] ?? 0
    if (byte < 0x30 || byte > 0x39) return value
    value = value * 10 + byte - 0x30
  }
}

function conversationIn(bytes: Buffer): string | null {
  const { conversationId } = JSON.parse(bytes.toString()) as { conversationId?: string }
  return conversationId ?? null
}

function errorCodeOf(bytes: Buffer): string {
  const { error } = JSON.parse(bytes.toString()) as { error?: { code?: string } }
  return error?.code ?? 'unknown'
}
