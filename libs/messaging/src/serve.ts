import type { Message, MessageInitShape } from '@bufbuild/protobuf'
import type { GenMessage } from '@bufbuild/protobuf/codegenv2'
import type { RequestContract } from '@parley/contracts'
import { commonErrors, encodeRpcError, isAppError, isUnavailable } from '@parley/errors'
import { attributes, extractTrace, type Logger, SpanKind, withSpan } from '@parley/telemetry'
import { headers, type Msg } from 'nats'
import type { Bus } from './bus.ts'
import { withDeadline } from './deadline.ts'
import { decode, encode } from './encoding.ts'
import { headerNames, plainHeaders } from './headers.ts'
import * as metrics from './metrics.ts'

export interface ServeOptions {
  logger: Logger
  /** Requests at work at a time; more are answered `service_busy` at once. */
  concurrency?: number
}

export type RequestHandler<Q extends Message, A extends Message> = (
  message: Q,
  context: { signal: AbortSignal },
) => Promise<MessageInitShape<GenMessage<A>>>

/** For a caller that names no deadline. */
const DEFAULT_TIMEOUT_MS = 10_000

/**
 * Answers one kind of question; replicas of the service (same `bus.name`) share the work. The handler's `signal` fires
 * when the caller has stopped waiting. An `AppError` crosses to the caller as it is, a dependency that is away as
 * `service_busy`, anything else as `internal_error`.
 */
export function serve<Q extends Message, A extends Message>(
  bus: Bus,
  contract: RequestContract<Q, A>,
  handle: RequestHandler<NoInfer<Q>, NoInfer<A>>,
  { logger, concurrency = 256 }: ServeOptions,
): { stop(): Promise<void> } {
  const { subject } = contract
  const atWork = new Set<Promise<void>>()

  async function answer(message: Msg): Promise<void> {
    const stopTimer = metrics.serveS.startTimer({ subject })
    const plain = plainHeaders(message.headers)
    const span = {
      kind: SpanKind.SERVER,
      parent: extractTrace(plain),
      attributes: {
        [attributes.messagingSystem]: 'nats',
        [attributes.messagingOperation]: 'reply',
        [attributes.messagingDestination]: subject,
      },
    }
    try {
      const reply = await withSpan(`${subject} reply`, span, async () => {
        if (atWork.size >= concurrency) throw commonErrors.service_busy({ internal: `${subject}: ${concurrency} at work`, retryAfterS: 1 })
        return withDeadline(timeoutOf(plain), async (signal) =>
          encode(contract.reply, await handle(readRequest(contract, message), { signal })),
        )
      })
      message.respond(reply)
      stopTimer({ outcome: 'ok' })
    } catch (thrown) {
      const error = isDependencyAway(thrown) ? commonErrors.service_busy({ cause: thrown, retryAfterS: 1 }) : thrown
      if (error !== thrown) logger.warn({ err: thrown, subject }, 'a request found a dependency away')
      else if (!isAppError(error) || error.kind === 'internal') logger.error({ err: error, subject }, 'a request failed')
      const mark = headers()
      mark.set(headerNames.error, '1')
      message.respond(encodeRpcError(error), { headers: mark })
      stopTimer({ outcome: isAppError(error) ? error.code : 'internal_error' })
    }
  }

  const subscription = bus.connection.subscribe(subject, {
    queue: bus.name,
    callback: (error, message) => {
      if (error) return logger.error({ err: error, subject }, 'requests are not received')
      const work = answer(message).finally(() => atWork.delete(work))
      atWork.add(work)
    },
  })
  return {
    async stop() {
      // Requests that are on their way to this replica are still answered.
      if (bus.isConnected()) await subscription.drain()
      else subscription.unsubscribe()
      await Promise.all(atWork)
    },
  }
}

/** A `TimeoutError` is what waiting for a connection of the database ends with. */
const isDependencyAway = (error: unknown): boolean =>
  !isAppError(error) && ((error instanceof Error && error.name === 'TimeoutError') || isUnavailable(error))

function readRequest<Q extends Message, A extends Message>(contract: RequestContract<Q, A>, message: Msg): Q {
  try {
    return decode(contract.request, message.string())
  } catch (error) {
    throw commonErrors.invalid_request({ internal: `${contract.subject}: unreadable request`, cause: error })
  }
}

function timeoutOf(plain: Record<string, string>): number {
  const given = Number(plain[headerNames.timeoutMs])
  return Number.isFinite(given) && given > 0 ? given : DEFAULT_TIMEOUT_MS
}
