import type { socketApi } from '@parley/contracts/public'
import WebSocket from 'ws'
import type { Random } from '../random.ts'

export interface LineOptions {
  cookie: string
  /** The public URL, which is the origin a browser would name. */
  origin: string
  /** The gateway's replicas now, as a load balancer knows them. */
  gateways: () => string[]
  random: Random
  onMessage: (message: socketApi.ServerMessage) => void
  /** `ready` was received: what was missed can be asked for. */
  onOnline: () => void
  onLost: () => void
}

/** One person's connection to whichever gateway replica accepts it; comes back by itself, as the web app's does. */
export interface Line {
  send(message: socketApi.ClientMessage): boolean
  /** The gateway replica it is connected to; null when it is not. */
  readonly gateway: string | null
  close(): void
}

const ANSWER_WITHIN_MS = 10_000
const PING_EVERY_MS = 25_000
const FIRST_DELAY_MS = 500
const LONGEST_DELAY_MS = 30_000
const STABLE_AFTER_MS = 5_000

export function openLine({ cookie, origin, gateways, random, onMessage, onOnline, onLost }: LineOptions): Line {
  let socket: WebSocket | null = null
  let isOnline = false
  let gateway = ''
  let isClosed = false
  let onlineSinceMs = 0
  let attempt = 0
  let turn = random.between(0, 7)
  let timer: NodeJS.Timeout | undefined

  function connect(refusedSoFar = 0): void {
    if (isClosed) return
    const urls = gateways()
    const url = urls[turn % urls.length] ?? ''
    turn += 1
    const mine = new WebSocket(`${url.replace('http', 'ws')}/api/v1/ws`, 'parley.v1', { headers: { cookie, origin } })
    socket = mine
    gateway = url
    watch(ANSWER_WITHIN_MS)
    mine.on('message', (data) => {
      if (socket === mine) receive(JSON.parse(String(data)) as socketApi.ServerMessage)
    })
    let isRefused = false
    mine.on('error', (error) => {
      isRefused = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED'
    })
    mine.on('close', (code) => {
      if (socket !== mine) return
      // A load balancer goes on to a replica that accepts; the client does not notice.
      if (isRefused && refusedSoFar + 1 < urls.length) return connect(refusedSoFar + 1)
      lost(code)
    })
  }

  function receive(message: socketApi.ServerMessage): void {
    clearTimeout(timer)
    if (message.type === 'ready') {
      isOnline = true
      onlineSinceMs = performance.now()
      onOnline()
    }
    timer = setTimeout(() => {
      send({ type: 'ping' })
      watch(ANSWER_WITHIN_MS)
    }, PING_EVERY_MS)
    onMessage(message)
  }

  /** A line that says nothing for so long is as good as none. */
  function watch(ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => lost(1006), ms)
  }

  function lost(code: number): void {
    clearTimeout(timer)
    const old = socket
    socket = null
    old?.terminate()
    if (isClosed) return
    if (isOnline) {
      if (performance.now() - onlineSinceMs > STABLE_AFTER_MS) attempt = 0
      isOnline = false
      onLost()
    }
    const isRestart = code === 1012 && attempt === 0
    const ceilingMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt)
    attempt += 1
    timer = setTimeout(connect, isRestart ? 0 : ceilingMs / 2 + (random.next() * ceilingMs) / 2)
  }

  function send(message: socketApi.ClientMessage): boolean {
    if (!isOnline || socket?.readyState !== WebSocket.OPEN) return false
    socket.send(JSON.stringify(message))
    return true
  }

  connect()
  return {
    send,
    get gateway() {
      return isOnline ? gateway : null
    },
    close() {
      isClosed = true
      clearTimeout(timer)
      socket?.close()
    },
  }
}
