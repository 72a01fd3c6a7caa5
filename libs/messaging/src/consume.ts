import type { Message } from '@bufbuild/protobuf'
import type { EventContract } from '@parley/contracts'
import type { Transaction, TransactionClient } from '@parley/database'
import { attributes, extractTrace, type Logger, SpanKind, withSpan } from '@parley/telemetry'
import { AckPolicy, DeliverPolicy, nanos } from 'nats'
import type { Bus } from './bus.ts'
import { startDeadLetterReplay } from './dead-letter-replay.ts'
import type { Delivery } from './delivery.ts'
import { type EventHandler, handleEvent, type ReceivedEvent, setAside } from './handle-event.ts'
import { headerNames, plainHeaders } from './headers.ts'
import * as metrics from './metrics.ts'
import { pause } from './pause.ts'
import { PoisonError } from './poison-error.ts'
import { pull } from './pull.ts'
import { eventStream, isStreamMissing } from './streams.ts'

export interface ConsumeOptions<M extends Message, Tx extends Transaction> {
  bus: Bus
  /** The service's client: the inbox row and the handler's effect share one transaction of it. */
  prisma: TransactionClient<Tx>
  event: EventContract<M>
  /** Durable name, `<service>-<purpose>`; replicas share it and each event goes to one of them. */
  consumer: string
  handle: EventHandler<NoInfer<M>, NoInfer<Tx>>
  logger: Logger
  /** Most events this process handles at a time. Order is not kept even with 1, since a failed event is repeated later. */
  concurrency?: number
  /**
   * The server delivers again when it hears nothing for this long; a handler at work is announced three times within it.
   * It is also how long an event whose acknowledgement died with a server waits, so it is short.
   */
  ackWaitMs?: number
  /** Longest transaction; then it is rolled back and the event repeated. */
  handlerTimeoutMs?: number
}

export interface Consumer {
  /** Takes no more events and resolves when those at work are finished. */
  stop(): Promise<void>
}

/** Events that may wait for their repetition before the server delivers no more: a few stuck ones must not hold up the rest. */
const MAX_UNACKED = 1_000
const PULL_EXPIRES_MS = 5_000
const MAX_RETRY_DELAY_MS = 15_000

/**
 * Handles every event of one kind once, for as long as the process lives.
 *
 * The effect and the inbox row commit together, the acknowledgement follows. A handler that throws is repeated after a
 * growing delay, without end; one that throws `PoisonError`, or an event nobody can read, goes to the dead letters.
 * Lost connections, streams and consumers are waited for and made again.
 */
export function consume<M extends Message, Tx extends Transaction>(options: ConsumeOptions<M, Tx>): Consumer {
  const { bus, event, consumer, logger, concurrency = 8, ackWaitMs = 6_000, handlerTimeoutMs = 60_000 } = options
  const handling = { ...options, handlerTimeoutMs }
  const stopping = new AbortController()
  const atWork = new Set<Promise<void>>()
  const startedAtMs = new Map<Delivery, number>()

  async function process(delivery: Delivery): Promise<void> {
    const received = toReceivedEvent(delivery)
    const heartbeat = setInterval(delivery.stillWorking, ackWaitMs / 3)
    const stopTimer = metrics.handlingS.startTimer({ consumer })
    let outcome: string
    try {
      outcome = await handleEvent(handling, received)
      delivery.ack()
      stopTimer()
      metrics.delayS.observe({ consumer }, (Date.now() - delivery.storedAt.getTime()) / 1000)
    } catch (error) {
      outcome = await settleFailure(delivery, received, error)
    } finally {
      clearInterval(heartbeat)
    }
    metrics.handled.inc({ consumer, outcome })
  }

  async function settleFailure(delivery: Delivery, received: ReceivedEvent, error: unknown): Promise<string> {
    const about = {
      err: error,
      consumer,
      subject: event.subject,
      eventId: received.headers[headerNames.eventId],
      attempt: delivery.attempt,
    }
    if (error instanceof PoisonError) {
      try {
        await setAside(options, received, error.message)
        delivery.discard()
        logger.error(about, 'an event was set aside as a dead letter')
        return 'dead'
      } catch (failure) {
        logger.warn({ ...about, err: failure }, 'a dead letter could not be stored, the event will be repeated')
      }
    } else {
      logger.warn(about, 'an event was not handled, it will be repeated')
    }
    delivery.retryAfter(retryDelayMs(delivery.attempt))
    return 'retried'
  }

  function start(delivery: Delivery): void {
    startedAtMs.set(delivery, performance.now())
    const parent = extractTrace(plainHeaders(delivery.message.headers))
    const span = { kind: SpanKind.CONSUMER, parent, attributes: spanAttributes(delivery, consumer) }
    const work = withSpan(`${event.subject} process`, span, () => process(delivery)).finally(() => {
      atWork.delete(work)
      startedAtMs.delete(delivery)
    })
    atWork.add(work)
  }

  async function run(): Promise<void> {
    for (let failures = 0; !stopping.signal.aborted; ) {
      try {
        if (!bus.isConnected()) throw new Error('NATS is away')
        await ensureConsumer(bus, consumer, event.subject, ackWaitMs)
        failures = 0
        for (;;) {
          while (atWork.size > concurrency / 2) await Promise.race(atWork)
          if (stopping.signal.aborted) break
          const batch = concurrency - atWork.size
          await pull(bus, { stream: eventStream, consumer, batch, expiresMs: PULL_EXPIRES_MS, signal: stopping.signal }, start)
        }
      } catch (error) {
        failures++
        // A restart of NATS is nothing to write home about; a second failure is.
        if (failures > 1) logger.warn({ err: error, consumer }, 'the consumer cannot read its stream yet')
        await pause(Math.min(2_000, 100 * 2 ** failures), stopping.signal)
      }
    }
    await Promise.allSettled(atWork)
  }

  const running = run()
  const replay = startDeadLetterReplay(handling)
  const lag = setInterval(() => void measureLag(bus, consumer, startedAtMs), 15_000)
  lag.unref()
  return {
    async stop() {
      clearInterval(lag)
      stopping.abort()
      await Promise.all([running, replay.stop()])
    },
  }
}

async function ensureConsumer(bus: Bus, consumer: string, subject: string, ackWaitMs: number): Promise<void> {
  const config = {
    durable_name: consumer,
    filter_subject: subject,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(ackWaitMs),
    max_deliver: -1,
    max_ack_pending: MAX_UNACKED,
  }
  try {
    // Makes it, or brings an existing one to these settings.
    await bus.manager.consumers.add(eventStream, config)
  } catch (error) {
    if (isStreamMissing(error)) await bus.ensureStreams()
    throw error
  }
}

/** 0.5 s, 1 s, 2 s … 15 s, each up to a fifth shorter so that they do not come back all at once. */
function retryDelayMs(attempt: number): number {
  const delayMs = Math.min(MAX_RETRY_DELAY_MS, 500 * 2 ** (attempt - 1))
  return delayMs * (1 - Math.random() / 5)
}

function toReceivedEvent(delivery: Delivery): ReceivedEvent {
  return {
    subject: delivery.message.subject,
    headers: plainHeaders(delivery.message.headers),
    payload: delivery.message.data,
    fallbackId: `${eventStream}:${delivery.streamSeq}`,
  }
}

function spanAttributes(delivery: Delivery, consumer: string) {
  return {
    [attributes.messagingSystem]: 'nats',
    [attributes.messagingOperation]: 'process',
    [attributes.messagingDestination]: delivery.message.subject,
    [attributes.messagingConsumer]: consumer,
    [attributes.messagingMessageId]: delivery.message.headers?.get(headerNames.eventId) ?? '',
  }
}

async function measureLag(bus: Bus, consumer: string, startedAtMs: Map<Delivery, number>): Promise<void> {
  const oldestMs = Math.min(performance.now(), ...startedAtMs.values())
  metrics.oldestUnackedS.set({ consumer }, (performance.now() - oldestMs) / 1000)
  if (!bus.isConnected()) return
  try {
    const info = await bus.manager.consumers.info(eventStream, consumer)
    metrics.consumerLag.set({ consumer, state: 'waiting' }, info.num_pending)
    metrics.consumerLag.set({ consumer, state: 'unacked' }, info.num_ack_pending)
  } catch {
    // The figures stay as they are until the consumer can be asked again.
  }
}
