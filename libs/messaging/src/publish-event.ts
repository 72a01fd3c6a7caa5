import type { Message, MessageInitShape } from '@bufbuild/protobuf'
import type { GenMessage } from '@bufbuild/protobuf/codegenv2'
import type { EventContract } from '@parley/contracts'
import type { Transaction } from '@parley/database'
import { injectTrace } from '@parley/telemetry'
import { v7 as uuidv7 } from 'uuid'
import { encode } from './encoding.ts'

export interface NewEvent<M extends Message> {
  /** Events of one aggregate (a user, a turn) are published in the order in which they were written. */
  aggregateId: string
  message: MessageInitShape<GenMessage<M>>
}

/** JetStream takes messages up to 1 MiB; a larger row could never leave the outbox. */
const MAX_EVENT_BYTES = 512 * 1024

/**
 * Writes a fact into the outbox, in the caller's transaction: it is published if and only if that transaction commits.
 * Carries the active trace context along. Wake the relay after the commit to have it published at once.
 *
 * Order within an aggregate is the order of the writes, so transactions about one aggregate should be serialised (a row
 * lock on it does that).
 *
 * @returns the event's id
 */
export async function publishEvent<M extends Message>(
  tx: Transaction,
  event: EventContract<M>,
  { aggregateId, message }: NewEvent<NoInfer<M>>,
): Promise<string> {
  const id = uuidv7()
  const payload = encode(event.schema, message)
  if (Buffer.byteLength(payload) > MAX_EVENT_BYTES)
    throw new Error(`${event.subject} is too large to publish: ${payload.length} characters`)
  const headers = JSON.stringify(injectTrace({}))
  const write = (tx.$withCommit ?? tx.$executeRaw).bind(tx)
  await write`
    INSERT INTO messaging.outbox (id, aggregate_id, subject, payload, headers)
    VALUES (${id}::uuid, ${aggregateId}, ${event.subject}, ${payload}::jsonb, ${headers}::jsonb)`
  return id
}
