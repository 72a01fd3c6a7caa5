import type { Message } from '@bufbuild/protobuf'
import type { EventContract } from '@parley/contracts'
import type { Transaction, TransactionClient } from '@parley/database'
import { attributes, extractTrace, type Logger, SpanKind, type SpanOptions, withinTrace, withSpan } from '@parley/telemetry'
import type { Bus } from './bus.ts'
import { startLagMetrics } from './consumer-lag.ts'
import { startDeadLetterReplay } from './dead-letter-replay.ts'
import type { Delivery } from './delivery.ts'
import { ensureConsumer } from './durable-consumer.ts'
import { createGroups } from './groups.ts'
import { type EventHandler, handleEvent, type ReceivedEvent, setAside } from './handle-event.ts'
import { type GroupHandler, handleGroup } from './handle-group.ts'
import { headerNames, plainHeaders } from './headers.ts'
import * as metrics from './metrics.ts'
import { pause } from './pause.ts'
import { PoisonError } from './poison-error.ts'
import { pull } from './pull.ts'
import { eventStream } from './streams.ts'

interface CommonOptions<M extends Message, Tx extends Transaction> {
  bus: Bus
  /** The service's own: the inbox row and the handler's effect share one transaction of it. */
  database: TransactionClient<Tx>
  event: EventContract<M>
  /** Durable name, `<service>-<purpose>`; replicas share it and each event goes to one of them. */
  consumer: string
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

interface OneByOne<M extends Message, Tx extends Transaction> {
  /** Each event has a transaction of its own. */
  handle: EventHandler<NoInfer<M>, NoInfer<Tx>>
}

interface Together<M extends Message, Tx extends Transaction> {
  /**
   * Events that wait at the same time share a transaction and are handed over together: for effects that are short, and many.
   * What is locked must be locked in one order everywhere, so that two groups cannot block each other.
   */
  handleTogether: GroupHandler<NoInfer<M>, NoInfer<Tx>>
  /** Which of them would change nothing, now or later: they have no transaction and no inbox row. Only reads. */
  findNeedless?: (messages: readonly NoInfer<M>[]) => Promise<ReadonlySet<M>>
}

export type ConsumeOptions<M extends Message, Tx extends Transaction> = CommonOptions<M, Tx> & (OneByOne<M, Tx> | Together<M, Tx>)

export interface Consumer {
  /** Takes no more events and resolves when those at work are finished. */
  stop(): Promise<void>
}

const MOST_TOGETHER = 64
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
  const { bus, event, consumer, logger, ackWaitMs = 6_000, handlerTimeoutMs = 60_000 } = options
  const together = 'handleTogether' in options ? options : null
  const concurrency = options.concurrency ?? (together ? MOST_TOGETHER : 8)
  const handling = { ...options, handle: 'handle' in options ? options.handle : alone(options.handleTogether), handlerTimeoutMs }
  const stopping = new AbortController()
  const atWork = new Set<Promise<void>>()
  const startedAtMs = new Map<Delivery, number>()

  async function process(delivery: Delivery): Promise<void> {
    const received = toReceivedEvent(delivery)
    const heartbeat = setInterval(delivery.stillWorking, ackWaitMs / 3)
    const stopTimer = metrics.handlingS.startTimer({ consumer })
    let outcome: string
    try {
      outcome = await withSpan(`${event.subject} process`, spanOptions(delivery, received, consumer), async () => {
        const ending = await handleEvent(handling, received)
        logger.info({ consumer, eventId: received.headers[headerNames.eventId], ending }, 'event handled')
        return ending
      })
      delivery.ack()
      stopTimer()
      metrics.delayS.observe({ consumer }, ageS(received, delivery))
    } catch (error) {
      outcome = await settleFailure(delivery, received, error)
    } finally {
      clearInterval(heartbeat)
    }
    metrics.handled.inc({ consumer, outcome })
  }

  async function processTogether(group: Delivery[]): Promise<void> {
    const [only] = group
    if (!together || (only && group.length === 1)) return only && process(only)
    const received = new Map(group.map((delivery) => [toReceivedEvent(delivery), delivery]))
    const heartbeat = setInterval(() => group.forEach(({ stillWorking }) => void stillWorking()), ackWaitMs / 3)
    const startedMs = performance.now()
    const around = (events: readonly ReceivedEvent[], work: () => Promise<void>) => {
      const within = (inner: () => Promise<void>, one: ReceivedEvent) => {
        const delivery = received.get(one)
        return delivery ? () => withSpan(`${event.subject} process`, spanOptions(delivery, one, consumer), inner) : inner
      }
      return events.reduce(within, work)()
    }
    try {
      const endings = await handleGroup({ ...handling, handleTogether: together.handleTogether, around }, [...received.keys()])
      for (const [index, [one, delivery]] of [...received].entries()) {
        delivery.ack()
        metrics.handlingS.observe({ consumer }, (performance.now() - startedMs) / 1000)
        metrics.delayS.observe({ consumer }, ageS(one, delivery))
        const ending = endings[index] ?? 'done'
        metrics.handled.inc({ consumer, outcome: ending })
        withinTrace(extractTrace(one.headers), () =>
          logger.info({ consumer, eventId: one.headers[headerNames.eventId], ending }, 'event handled'),
        )
      }
    } catch (error) {
      logger.info({ err: error, consumer, events: group.length }, 'events were not handled together, each is handled by itself')
      await Promise.all(group.map(process))
    } finally {
      clearInterval(heartbeat)
    }
  }

  const joinGroup = createGroups(processTogether, MOST_TOGETHER)

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
    const work = (together ? joinGroup(delivery) : process(delivery)).finally(() => {
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
  const lag = startLagMetrics(bus, consumer, () => startedAtMs.values())
  return {
    async stop() {
      lag.stop()
      stopping.abort()
      await Promise.all([running, replay.stop()])
    },
  }
}

/** A group of one. */
const alone =
  <M extends Message, Tx>(handleTogether: GroupHandler<M, Tx>): EventHandler<M, Tx> =>
  (tx, message, { eventId, occurredAt, ...context }) =>
    handleTogether(tx, [{ message, eventId, occurredAt }], context)

/** 0.5 s, 1 s, 2 s … 15 s, each up to a fifth shorter so that they do not come back all at once. */
function retryDelayMs(attempt: number): number {
  const delayMs = Math.min(MAX_RETRY_DELAY_MS, 500 * 2 ** (attempt - 1))
  return delayMs * (1 - Math.random() / 5)
}

function ageS({ headers }: ReceivedEvent, { storedAt }: Delivery): number {
  const writtenAt = new Date(headers[headerNames.occurredAt] ?? storedAt)
  return Math.max(0, Date.now() - writtenAt.getTime()) / 1000
}

function toReceivedEvent(delivery: Delivery): ReceivedEvent {
  return {
    subject: delivery.message.subject,
    headers: plainHeaders(delivery.message.headers),
    payload: delivery.message.data,
    fallbackId: `${eventStream}:${delivery.streamSeq}`,
  }
}

function spanOptions({ attempt }: Delivery, { subject, headers }: ReceivedEvent, consumer: string): SpanOptions {
  return {
    kind: SpanKind.CONSUMER,
    parent: extractTrace(headers),
    attributes: {
      [attributes.messagingSystem]: 'nats',
      [attributes.messagingOperation]: 'process',
      [attributes.messagingDestination]: subject,
      [attributes.messagingConsumer]: consumer,
      [attributes.messagingMessageId]: headers[headerNames.eventId] ?? '',
      'messaging.nats.delivery_attempt': attempt,
    },
  }
}
