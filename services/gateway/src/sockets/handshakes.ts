import { EventEmitter } from 'node:events'
import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import { counter, gauge } from '@parley/telemetry'

const waitingGauge = gauge({ name: 'gateway_waiting_handshakes', help: 'Upgrades that wait for their turn.' })
const refusedCounter = counter({ name: 'gateway_refused_handshakes_total', help: 'Upgrades refused because too many were waiting.' })

export interface HandshakesOptions {
  /** Handshakes under way at a time. */
  atOnce: number
  /** Beyond this many waiting ones, further are refused with 503. */
  maxWaiting: number
}

export type Handshakes = ReturnType<typeof createHandshakes>

type Handshake = [request: IncomingMessage, socket: Socket, head: Buffer]

/** Status and Retry-After of a handshake there is no room for, as bytes: it costs nothing, which is the point. */
const REFUSAL = 'HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n'

/**
 * Lets WebSocket handshakes through a few at a time, first come, first served.
 *
 * When a gateway goes away, its clients come to the others at the same moment. Served as they arrive, some ten thousand
 * handshakes block the event loop for seconds, running answers stall and overload protection turns everybody away, so
 * that they come again. In a queue each costs what it costs, and the rest of the process goes on between them.
 */
export function createHandshakes({ atOnce, maxWaiting }: HandshakesOptions) {
  /** Emits `upgrade` as an HTTP server does, for what serves the handshakes. */
  const paced = new EventEmitter()
  const waiting = new Set<Handshake>()
  const settlers = new WeakMap<IncomingMessage, () => void>()
  let underWay = 0
  let isPumpDue = false

  const breakOff = function (this: Socket): void {
    this.destroy()
  }

  function receive(...handshake: Handshake): void {
    const [, socket] = handshake
    // Node takes its own listener away before it hands the socket over.
    socket.on('error', breakOff)
    if (waiting.size >= maxWaiting) {
      refusedCounter.inc()
      socket.end(REFUSAL, () => socket.destroy())
      return
    }
    // Nobody reads from it yet, and only who reads sees that a client has left: one that waits in vain is not to be served.
    socket.on('end', breakOff)
    socket.read(0)
    waiting.add(handshake)
    waitingGauge.set(waiting.size)
    pumpSoon()
  }

  /** Once a turn of the event loop, so that requests and frames get theirs. */
  function pumpSoon(): void {
    if (isPumpDue) return
    isPumpDue = true
    setImmediate(pump)
  }

  function pump(): void {
    isPumpDue = false
    for (const handshake of waiting) {
      if (underWay >= atOnce) break
      waiting.delete(handshake)
      const [, socket] = handshake
      if (!socket.destroyed) admit(handshake)
    }
    waitingGauge.set(waiting.size)
  }

  function admit([request, socket, head]: Handshake): void {
    underWay += 1
    const settle = (): void => {
      if (!settlers.delete(request)) return
      socket.off('close', settle)
      underWay -= 1
      if (waiting.size > 0) pumpSoon()
    }
    settlers.set(request, settle)
    socket.once('close', settle)
    socket.off('end', breakOff)
    paced.emit('upgrade', request, socket, head)
    socket.off('error', breakOff)
  }

  return {
    paced,
    /** Takes the upgrades of a server. */
    paceUpgradesOf(server: Server): void {
      server.on('upgrade', receive)
    },
    /** Was this one let in from the queue? */
    isAdmitted: (request: IncomingMessage): boolean => settlers.has(request),
    /** The socket is open. What is refused settles by itself when its connection closes. */
    opened: (request: IncomingMessage): void => settlers.get(request)?.(),
  }
}
