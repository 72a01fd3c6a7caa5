import type { Message } from '@bufbuild/protobuf'
import type { EventContract } from '@parley/contracts'
import type { Logger } from '@parley/telemetry'
import { AckPolicy, DeliverPolicy, nanos } from 'nats'
import type { Bus } from './bus.ts'
import type { Delivery } from './delivery.ts'
import { decode } from './encoding.ts'
import { headerNames, plainHeaders } from './headers.ts'
import { pause } from './pause.ts'
import { pull } from './pull.ts'
import { eventStream } from './streams.ts'

export interface FollowOptions<M extends Message> {
  bus: Bus
  event: EventContract<M>
  /** How far back to begin. */
  sinceMs: number
  /** Keeps this process's memory up to date. Called in the order of the stream; an event may come twice. */
  handle: (message: NoInfer<M>, context: { eventId: string; occurredAt: Date }) => void
  logger: Logger
}

export interface Follower {
  /** Resolves when everything that was stored at the beginning has been shown. */
  caughtUp: Promise<void>
  stop(): Promise<void>
}

const PULL_EXPIRES_MS = 5_000
const BATCH = 500

/**
 * Shows every event of one kind to every replica, for state kept in memory (revoked sessions). Nothing is acknowledged
 * or stored: a process that starts begins `sinceMs` ago.
 */
export function follow<M extends Message>({ bus, event, sinceMs, handle, logger }: FollowOptions<M>): Follower {
  const stopping = new AbortController()
  const caughtUp = Promise.withResolvers<void>()
  let startAt = new Date(Date.now() - sinceMs)

  function show(delivery: Delivery): void {
    startAt = delivery.storedAt
    const headers = plainHeaders(delivery.message.headers)
    try {
      handle(decode(event.schema, new TextDecoder().decode(delivery.message.data)), {
        eventId: headers[headerNames.eventId] ?? '',
        occurredAt: new Date(headers[headerNames.occurredAt] ?? delivery.storedAt),
      })
    } catch (error) {
      logger.error({ err: error, subject: event.subject }, 'an event was passed over')
    }
  }

  /** A consumer of its own, which the server forgets when this process is gone. */
  function createReader(): Promise<{ name: string; num_pending: number }> {
    return bus.manager.consumers.add(eventStream, {
      filter_subject: event.subject,
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.StartTime,
      opt_start_time: startAt.toISOString(),
      inactive_threshold: nanos(6 * PULL_EXPIRES_MS),
      mem_storage: true,
      num_replicas: 1,
    })
  }

  async function run(): Promise<void> {
    for (let failures = 0; !stopping.signal.aborted; ) {
      try {
        if (!bus.isConnected()) throw new Error('NATS is away')
        let isCurrent = true
        const stopWatching = bus.onReconnect(() => {
          isCurrent = false
        })
        try {
          const reader = await createReader()
          failures = 0
          let left = reader.num_pending
          if (left === 0) caughtUp.resolve()
          const options = { stream: eventStream, consumer: reader.name, batch: BATCH, expiresMs: PULL_EXPIRES_MS, signal: stopping.signal }
          while (isCurrent && !stopping.signal.aborted) {
            await pull(bus, options, (delivery) => {
              show(delivery)
              if (--left === 0) caughtUp.resolve()
            })
          }
        } finally {
          stopWatching()
        }
      } catch (error) {
        failures++
        if (failures > 1) logger.warn({ err: error, subject: event.subject }, 'events cannot be followed yet')
        await pause(Math.min(2_000, 100 * 2 ** failures), stopping.signal)
      }
    }
  }

  const running = run()
  return {
    caughtUp: caughtUp.promise,
    async stop() {
      stopping.abort()
      await running
    },
  }
}
