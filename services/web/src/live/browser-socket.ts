import type { SocketLike, Timers } from './connection.ts'
import { SOCKET_PROTOCOL } from './protocol.ts'

/** The socket of this origin; the session cookie travels with the handshake. */
export function openBrowserSocket(): SocketLike {
  const url = new URL('/api/v1/ws', window.location.href)
  url.protocol = url.protocol.replace('http', 'ws')
  return new WebSocket(url, SOCKET_PROTOCOL) as SocketLike
}

export const browserTimers: Timers = {
  set: (callback, ms) => window.setTimeout(callback, ms),
  clear: (timer) => window.clearTimeout(timer as number | undefined),
  now: () => Date.now(),
}
