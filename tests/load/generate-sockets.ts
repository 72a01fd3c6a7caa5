import { setTimeout as delay } from 'node:timers/promises'
import type WebSocket from 'ws'
import { openSocket } from './open-socket.ts'

export type SocketsOrder =
  | { kind: 'open'; url: string; accessTokens: string[]; spreadMs: number }
  | { kind: 'hold'; forMs: number }
  | { kind: 'reconnect' }
  | { kind: 'close' }

export interface SocketsFigures {
  open: number
  /** Attempts that failed and sockets that were closed by the other side, by reason. */
  errors: Record<string, number>
  tookMs: number
}

/** As the web app does: a first delay between 250 and 500 ms, doubled after each failure up to 30 s. */
const FIRST_DELAY_MS = 500
const LONGEST_DELAY_MS = 30_000
/** Well within the silence after which the gateway closes a socket. */
const PING_EVERY_MS = 25_000
const PING_SLICES = 50

/** Many idle sockets, each of another user, which come back as browsers do when all connections break at once. */
export function createIdleSockets() {
  const sockets = new Set<WebSocket>()
  let errors: Record<string, number> = {}
  let users: string[] = []
  let gatewayUrl = ''

  const note = (error: unknown): void => {
    const reason = error instanceof Error ? error.message : String(error)
    errors[reason] = (errors[reason] ?? 0) + 1
  }

  async function keep(accessToken: string): Promise<void> {
    const socket = await openSocket(gatewayUrl, accessToken)
    sockets.add(socket)
    socket.once('close', (code: number) => {
      if (sockets.delete(socket)) note(new Error(`closed ${code}`))
    })
  }

  async function comeBack(accessToken: string): Promise<void> {
    for (let ceilingMs = FIRST_DELAY_MS; ; ceilingMs = Math.min(2 * ceilingMs, LONGEST_DELAY_MS)) {
      await delay(ceilingMs / 2 + (Math.random() * ceilingMs) / 2)
      try {
        return await keep(accessToken)
      } catch (error) {
        note(error)
      }
    }
  }

  async function hold(forMs: number): Promise<void> {
    const endsAtMs = performance.now() + forMs
    let slice = 0
    while (performance.now() < endsAtMs) {
      let index = 0
      for (const socket of sockets) if (index++ % PING_SLICES === slice) socket.send('{"type":"ping"}')
      slice = (slice + 1) % PING_SLICES
      await delay(PING_EVERY_MS / PING_SLICES)
    }
  }

  function dropAll(): void {
    const all = [...sockets]
    sockets.clear()
    for (const socket of all) socket.terminate()
  }

  async function act(order: SocketsOrder): Promise<void> {
    switch (order.kind) {
      case 'open':
        gatewayUrl = order.url
        users = order.accessTokens
        await Promise.all(
          users.map(async (accessToken, index) => {
            await delay((order.spreadMs * index) / users.length)
            await keep(accessToken).catch(note)
          }),
        )
        return
      case 'hold':
        return hold(order.forMs)
      case 'reconnect':
        dropAll()
        await Promise.all(users.map(comeBack))
        return
      case 'close':
        return dropAll()
    }
  }

  return async (order: SocketsOrder): Promise<SocketsFigures> => {
    errors = {}
    const startedMs = performance.now()
    await act(order)
    return { open: sockets.size, errors, tookMs: Math.round(performance.now() - startedMs) }
  }
}
