import { AckPolicy, DeliverPolicy, nanos } from 'nats'
import type { Bus } from './bus.ts'
import { eventStream, isStreamMissing } from './streams.ts'

/** Events that may wait for their repetition before the server delivers no more: a few stuck ones must not hold up the rest. */
const MAX_UNACKED = 1_000

/**
 * Makes the durable consumer, or brings an existing one to these settings. A new one begins with the oldest event the
 * stream has: a service that is added later, or was away for days, misses nothing.
 */
export async function ensureConsumer(bus: Bus, consumer: string, subject: string, ackWaitMs: number): Promise<void> {
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
    await bus.manager.consumers.add(eventStream, config)
  } catch (error) {
    if (isStreamMissing(error)) await bus.ensureStreams()
    throw error
  }
}
