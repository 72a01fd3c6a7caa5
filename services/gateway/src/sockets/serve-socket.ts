import { liveUserSubject } from '@parley/contracts'
import type { Bus } from '@parley/messaging'
import type { AccessClaims } from '@parley/principal'
import type { Logger } from '@parley/telemetry'
import { v7 as newId } from 'uuid'
import type { RawData, WebSocket } from 'ws'
import { principalOf } from '../identity/identity.ts'
import type { TurnsClient } from '../live/turns.client.ts'
import { createMessageAnswerer } from './answer-message.ts'
import { closeCodeOf } from './close-codes.ts'
import { createMessageBudget } from './message-budget.ts'
import type { OpenConnection, OpenConnections } from './open-connections.ts'
import { createOutgoing } from './outgoing.ts'
import { readMessage } from './read-message.ts'

const BUDGET = { limit: 200, windowMs: 10_000 }

export interface ServeSocketDependencies {
  bus: Bus
  turns: TurnsClient
  connections: OpenConnections
  bufferBytes: number
  logger: Logger
}

/** One open socket, from `ready` to its close. */
export function serveSocket(deps: ServeSocketDependencies, socket: WebSocket, { claims, ip }: { claims: AccessClaims; ip: string }): void {
  const { bus, turns, connections, bufferBytes, logger } = deps
  const connectionId = newId()
  const openedAtMs = Date.now()
  const out = createOutgoing(socket, { bufferBytes })
  const connection: OpenConnection = {
    kind: 'socket',
    claims,
    ip,
    lastHeardAtMs: openedAtMs,
    end: (reason) => socket.close(closeCodeOf[reason], reason),
  }
  const answerer = createMessageAnswerer({ bus, turns, out, connectionId, principal: () => principalOf(connection.claims), logger })
  const mayGoOn = createMessageBudget(BUDGET)
  const remove = connections.add(connection)
  const unsubscribe = bus.subscribeLive(liveUserSubject(claims.sub), out.forward)

  socket.on('message', (data: RawData, isBinary: boolean) => {
    connection.lastHeardAtMs = Date.now()
    if (socket.readyState !== socket.OPEN) return
    if (!mayGoOn()) return answerer.refuseFlood()
    const reading = readMessage(bufferOf(data), isBinary)
    if ('refusal' in reading) out.send(reading.refusal)
    else void answerer.answer(reading.message)
  })
  // A frame over the limit or broken framing: ws closes with the right code by itself.
  socket.on('error', (error) => logger.debug({ err: error, connectionId }, 'socket error'))
  socket.on('close', (code) => {
    remove()
    unsubscribe()
    answerer.stop()
    logger.info({ connectionId, code, durationMs: Date.now() - openedAtMs }, 'socket closed')
  })
  out.send({ type: 'ready', connectionId, userId: claims.sub })
}

function bufferOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
}
