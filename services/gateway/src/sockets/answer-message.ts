import type { socketApi } from '@parley/contracts'
import { type AppError, commonErrors } from '@parley/errors'
import type { Bus } from '@parley/messaging'
import type { Principal } from '@parley/principal'
import { asAppError } from '@parley/service-kit'
import { attributes, type Logger, SpanKind, withSpan } from '@parley/telemetry'
import { errors } from '../errors.ts'
import { followTurn, type TurnFollower } from '../live/follow-turn.ts'
import { startTurn } from '../live/start-turn.ts'
import type { TurnsClient } from '../live/turns.client.ts'
import type { Outgoing } from './outgoing.ts'

/** A person has a handful of tabs and answers open. */
const TURNS_PER_SOCKET = 50

export interface AnswerMessageOptions {
  bus: Bus
  turns: TurnsClient
  out: Outgoing
  connectionId: string
  /** Whom the connection belongs to, as of now. */
  principal: () => Principal
  logger: Logger
}

type Start = Extract<socketApi.ClientMessage, { type: 'turn.start' }>
type Resume = Extract<socketApi.ClientMessage, { type: 'turn.resume' }>

/** What one socket does with its client's messages. */
export function createMessageAnswerer({ bus, turns, out, connectionId, principal, logger }: AnswerMessageOptions) {
  const followers = new Map<string, TurnFollower>()

  function follow(turnId: string, afterSeq: number): TurnFollower {
    followers.get(turnId)?.stop()
    if (followers.size >= TURNS_PER_SOCKET && !followers.has(turnId)) throw errors.too_many_turns()
    const follower = followTurn({
      bus,
      turnId,
      afterSeq,
      loadTurn: (lastSeq) => turns.find(turnId, lastSeq, principal()),
      deliver: out.forward,
      onEnd: () => forget(turnId, follower),
      logger,
    })
    followers.set(turnId, follower)
    return follower
  }

  function forget(turnId: string, follower: TurnFollower): void {
    follower.stop()
    if (followers.get(turnId) === follower) followers.delete(turnId)
  }

  async function start({ type: _type, ...command }: Start): Promise<void> {
    const follower = follow(command.id, 0)
    try {
      await startTurn({ turns, follower, onAccepted: (accepted) => out.send({ type: 'turn.accepted', ...accepted }) }, command, principal())
    } catch (error) {
      forget(command.id, follower)
      throw error
    }
  }

  async function resume({ turnId, afterSeq }: Resume): Promise<void> {
    const follower = follow(turnId, afterSeq)
    try {
      follower.open(await turns.find(turnId, afterSeq, principal()))
    } catch (error) {
      forget(turnId, follower)
      throw error
    }
  }

  async function act(message: socketApi.ClientMessage): Promise<void> {
    switch (message.type) {
      case 'turn.start':
        return start(message)
      case 'turn.resume':
        return resume(message)
      case 'turn.stop':
        return turns.stop(message.turnId, principal())
      case 'ping':
        return out.send({ type: 'pong' })
    }
  }

  return {
    /** Never throws: what goes wrong is told to the client. Each message but `ping` is the root of a trace. */
    async answer(message: socketApi.ClientMessage): Promise<void> {
      if (message.type === 'ping') return act(message)
      const turnId = message.type === 'turn.start' ? message.id : message.turnId
      const names = {
        [attributes.userId]: principal().userId,
        [attributes.turnId]: turnId,
        [attributes.connectionId]: connectionId,
      }
      try {
        await withSpan(`socket ${message.type}`, { kind: SpanKind.SERVER, root: true, attributes: names }, async () => {
          await act(message)
          logger.info({ type: message.type, turnId, connectionId }, 'socket message')
        })
      } catch (thrown) {
        const error = asTurnError(asAppError(thrown))
        logger[error.kind === 'internal' ? 'error' : 'debug']({ err: thrown, turnId, connectionId }, 'a message was refused')
        out.send({ type: 'error', id: turnId, error: turnErrorOf(error) })
      }
    },
    refuseFlood(): void {
      out.send({ type: 'error', error: turnErrorOf(commonErrors.rate_limited({ retryAfterS: 10 })) })
    },
    stop(): void {
      for (const follower of followers.values()) follower.stop()
      followers.clear()
    },
  }
}

/** The codes of a turn know no `timeout`: for the one who asked, a service that does not answer is busy. */
const asTurnError = (error: AppError): AppError =>
  error.kind === 'timeout' ? commonErrors.service_busy({ internal: error.message, cause: error, retryAfterS: 1 }) : error

const turnErrorOf = ({ code, publicMessage, retryAfterS }: AppError) => ({
  code,
  message: publicMessage,
  ...(retryAfterS !== undefined && { retryAfter: Math.ceil(retryAfterS) }),
})
