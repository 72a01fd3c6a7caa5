import { reconnectDelayMs } from './backoff.ts'
import { type ClientMessage, closeCodes, parseServerMessage, type ServerMessage } from './protocol.ts'

/** `refused`: the server does not want us (signed out, banned); only a new `start` tries again. */
export type ConnectionState = 'connecting' | 'online' | 'waiting' | 'refused' | 'stopped'

/** The part of a browser's WebSocket that is used here. */
export interface SocketLike {
  send(data: string): void
  close(): void
  onopen: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number }) => void) | null
}

export interface Timers {
  set(callback: () => void, ms: number): unknown
  clear(timer: unknown): void
  now(): number
}

export interface ConnectionDeps {
  open: () => SocketLike
  timers: Timers
  random: () => number
  /** Asks whether the session still holds, renewing it where needed; at once where it is known to have ended. */
  checkSession: (hasEnded: boolean) => Promise<'valid' | 'signed_out' | 'unreachable'>
  onMessage: (message: ServerMessage) => void
  onState: (state: ConnectionState, retryAtMs: number | null) => void
}

export interface Connection {
  start(): void
  stop(): void
  /** False when there is no connection: nothing was sent. */
  send(message: ClientMessage): boolean
  /** The network or the reader came back, or left: do not wait for the timer. */
  retryNow(): void
  readonly isOnline: boolean
}

const PING_EVERY_MS = 25_000
const ANSWER_WITHIN_MS = 10_000
/** Connections that end sooner do not reset the back-off. */
const STABLE_AFTER_MS = 5_000

/** One WebSocket that is always there again: reconnects with back-off, pings, notices a dead line. */
export function createConnection({ open, timers, random, checkSession, onMessage, onState }: ConnectionDeps): Connection {
  let state: ConnectionState = 'stopped'
  let socket: SocketLike | null = null
  let timer: unknown = null
  let attempt = 0
  let onlineSinceMs: number | null = null

  const enter = (next: ConnectionState, retryAtMs: number | null = null) => {
    state = next
    onState(next, retryAtMs)
  }
  const schedule = (callback: () => void, ms: number) => {
    timers.clear(timer)
    timer = timers.set(callback, ms)
  }
  const drop = () => {
    timers.clear(timer)
    const old = socket
    socket = null
    onlineSinceMs = null
    if (!old) return
    old.onopen = old.onmessage = old.onclose = null
    old.close()
  }

  const connect = () => {
    drop()
    enter('connecting')
    const mine = open()
    socket = mine
    mine.onmessage = ({ data }) => receive(data)
    mine.onclose = ({ code }) => closed(code)
    // A server that accepts the connection and then says nothing is as good as none.
    schedule(() => closed(closeCodes.silent), ANSWER_WITHIN_MS)
  }

  const receive = (data: unknown) => {
    const message = parseServerMessage(data)
    if (!message) return
    if (state === 'connecting' && message.type === 'ready') {
      onlineSinceMs = timers.now()
      enter('online')
    }
    // Anything that arrives proves the line.
    if (state === 'online') schedule(ping, PING_EVERY_MS)
    onMessage(message)
  }

  const ping = () => {
    socket?.send(JSON.stringify({ type: 'ping' } satisfies ClientMessage))
    schedule(() => closed(closeCodes.silent), ANSWER_WITHIN_MS)
  }

  const closed = (code: number) => {
    const wasOnline = onlineSinceMs !== null
    const wasStable = onlineSinceMs !== null && timers.now() - onlineSinceMs >= STABLE_AFTER_MS
    drop()
    if (wasStable) attempt = 0
    if (code === closeCodes.banned) return enter('refused')
    if (code === closeCodes.restarting && attempt === 0) {
      attempt = 1
      return connect()
    }
    // A refused handshake shows as 1006 without a reason: the session may be what is wrong.
    if (code === closeCodes.unauthenticated || !wasOnline) return void renewSession(code === closeCodes.unauthenticated)
    waitAndConnect()
  }

  const renewSession = async (hasEnded: boolean) => {
    enter('waiting')
    const session = await checkSession(hasEnded)
    if (state !== 'waiting') return
    if (session === 'signed_out') return enter('refused')
    if (session === 'valid' && hasEnded && attempt === 0) {
      attempt = 1
      return connect()
    }
    waitAndConnect()
  }

  const waitAndConnect = () => {
    const delayMs = reconnectDelayMs(attempt, random)
    attempt += 1
    enter('waiting', timers.now() + delayMs)
    schedule(connect, delayMs)
  }

  return {
    start() {
      if (state !== 'stopped' && state !== 'refused') return
      attempt = 0
      connect()
    },
    stop() {
      drop()
      attempt = 0
      enter('stopped')
    },
    send(message) {
      if (state !== 'online' || !socket) return false
      socket.send(JSON.stringify(message))
      return true
    },
    retryNow() {
      if (state === 'waiting') connect()
      else if (state === 'online') ping()
    },
    get isOnline() {
      return state === 'online'
    },
  }
}
