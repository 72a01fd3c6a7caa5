import { commonErrors } from '@parley/errors'
import type { Bus } from '@parley/messaging'
import { attributes, counter, type Logger, withSpan } from '@parley/telemetry'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { errors } from '../errors.ts'
import type { Identity } from '../identity/identity.ts'
import { followTurn } from '../live/follow-turn.ts'
import { startTurn } from '../live/start-turn.ts'
import type { AcceptedTurn, StartTurnCommand, TurnsClient } from '../live/turns.client.ts'
import type { EndReason, OpenConnections } from '../sockets/open-connections.ts'
import { createEventStream, type EventStream } from './event-stream.ts'

const BEAT_MS = 15_000
const cutOff = counter({
  name: 'gateway_slow_readers_total',
  help: 'Connections cut off because their reader was too slow.',
  labelNames: ['kind'],
})

export interface TurnStreamDependencies {
  bus: Bus
  turns: TurnsClient
  connections: OpenConnections
  bufferBytes: number
  logger: Logger
}

/**
 * Starts a turn and answers with its frames as server-sent events: what a socket would be sent, named by type, numbered
 * by `seq`. Repeating the request with Last-Event-ID goes on after that number. What is refused before the first event
 * is thrown.
 */
export async function streamTurn(
  deps: TurnStreamDependencies,
  { request, reply, identity }: { request: FastifyRequest; reply: FastifyReply; identity: Identity },
  command: StartTurnCommand,
): Promise<FastifyReply> {
  const { bus, turns, connections, bufferBytes, logger } = deps
  const { principal, claims } = identity
  const afterSeq = lastEventId(request)
  const response = reply.raw
  const stream = createEventStream(response, { bufferBytes, onCutOff: () => cutOff.inc({ kind: 'stream' }) })
  const loadTurn = (lastSeq: number) => turns.find(command.id, lastSeq, principal)
  const follower = followTurn({ bus, turnId: command.id, afterSeq, loadTurn, deliver: stream.forward, onEnd: stream.end, logger })
  response.once('close', follower.stop)

  const begin = (accepted: AcceptedTurn): void => {
    beginStream(request, reply)
    const beat = setInterval(stream.beat, BEAT_MS)
    const remove = connections.add({
      kind: 'stream',
      claims,
      ip: request.ip,
      lastHeardAtMs: Date.now(),
      end: (reason) => endEarly(stream, reason),
    })
    response.once('close', () => {
      clearInterval(beat)
      remove()
    })
    stream.forward(Buffer.from(JSON.stringify({ type: 'turn.accepted', ...accepted })))
  }

  const names = { [attributes.userId]: principal.userId, [attributes.turnId]: command.id }
  await withSpan('stream turn.start', { attributes: names }, async () => {
    if (afterSeq === 0) return startTurn({ turns, follower, onAccepted: begin }, command, principal)
    // The client has seen the turn begin: nothing is started, what follows is read.
    const turn = await loadTurn(afterSeq)
    begin({
      turnId: turn.id,
      conversationId: turn.conversationId,
      userMessageId: turn.userMessageId,
      assistantMessageId: turn.assistantMessageId,
    })
    follower.open(turn)
  }).catch((error: unknown) => {
    follower.stop()
    throw error
  })
  return reply
}

function beginStream(request: FastifyRequest, reply: FastifyReply): void {
  const headers = reply.getHeaders()
  reply.hijack()
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) reply.raw.setHeader(name, value)
  request.raw.socket.setTimeout(0)
  reply.raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  })
}

const reasons: Record<EndReason, ReturnType<typeof errors.banned>> = {
  unauthenticated: commonErrors.unauthenticated(),
  banned: errors.banned(),
  restarting: commonErrors.service_busy(),
  silent: commonErrors.timeout(),
}

/** The stream says why it ends; the turn itself goes on. */
function endEarly(stream: EventStream, reason: EndReason): void {
  const { code, publicMessage } = reasons[reason]
  stream.forward(Buffer.from(JSON.stringify({ type: 'error', error: { code, message: publicMessage } })))
  stream.end()
}

const SEQ = /^\d{1,9}$/

function lastEventId({ headers }: FastifyRequest): number {
  const id = headers['last-event-id']
  if (id === undefined || id === '') return 0
  if (typeof id === 'string' && SEQ.test(id)) return Number(id)
  throw commonErrors.invalid_request({ errors: [{ path: 'Last-Event-ID', message: 'needs the id of an event of this stream' }] })
}
