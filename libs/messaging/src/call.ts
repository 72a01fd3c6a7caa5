import type { Message, MessageInitShape } from '@bufbuild/protobuf'
import type { GenMessage } from '@bufbuild/protobuf/codegenv2'
import type { RequestContract } from '@parley/contracts'
import { commonErrors, decodeRpcError, isAppError } from '@parley/errors'
import { attributes, SpanKind, withSpan } from '@parley/telemetry'
import { ErrorCode, NatsError } from 'nats'
import type { Bus } from './bus.ts'
import { decode, encode } from './encoding.ts'
import { headerNames, tracedHeaders } from './headers.ts'
import * as metrics from './metrics.ts'

export interface CallOptions {
  /** How long the caller waits; handed on to the other side as its deadline. */
  timeoutMs: number
  /** Gives up early, for example when the client went away. */
  signal?: AbortSignal
}

/**
 * Asks another service and waits for its answer. Nothing is repeated here: whether that is safe only the caller knows.
 *
 * @throws AppError what the other side threw; `service_busy` when it does not answer (in time); `timeout` when `signal` fired
 */
export async function call<Q extends Message, A extends Message>(
  bus: Bus,
  contract: RequestContract<Q, A>,
  message: MessageInitShape<GenMessage<NoInfer<Q>>>,
  options: CallOptions,
): Promise<A> {
  const { subject } = contract
  const stopTimer = metrics.callS.startTimer({ subject })
  const span = {
    kind: SpanKind.CLIENT,
    attributes: {
      [attributes.messagingSystem]: 'nats',
      [attributes.messagingOperation]: 'request',
      [attributes.messagingDestination]: subject,
    },
  }
  try {
    const reply = await withSpan(`${subject} request`, span, async () =>
      decode(contract.reply, await request(bus, subject, encode(contract.request, message), options)),
    )
    stopTimer({ outcome: 'ok' })
    return reply
  } catch (error) {
    stopTimer({ outcome: isAppError(error) ? error.code : 'internal_error' })
    throw error
  }
}

async function request(bus: Bus, subject: string, body: string, { timeoutMs, signal }: CallOptions): Promise<string> {
  if (signal?.aborted) throw commonErrors.timeout({ internal: `${subject}: the caller had already given up` })
  try {
    const reply = await untilAborted(
      bus.connection.request(subject, body, {
        timeout: Math.max(1, timeoutMs),
        headers: tracedHeaders({ [headerNames.timeoutMs]: String(Math.floor(timeoutMs)) }),
      }),
      signal,
    )
    if (reply.headers?.has(headerNames.error)) throw decodeRpcError(reply.string())
    return reply.string()
  } catch (error) {
    if (signal?.aborted) throw commonErrors.timeout({ internal: `${subject}: the caller gave up`, cause: error })
    if (!(error instanceof NatsError)) throw error
    const reason = error.code === ErrorCode.NoResponders ? 'nobody answers' : `no answer: ${error.code}`
    throw commonErrors.service_busy({ internal: `${subject}: ${reason}`, cause: error, retryAfterS: 1 })
  }
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  const aborted = Promise.withResolvers<never>()
  const onAbort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
    work.catch(() => {})
  }
}
