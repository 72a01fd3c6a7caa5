import { randomUUIDv7 } from 'node:crypto'
import type { Message, MessageInitShape } from '@bufbuild/protobuf'
import type { GenMessage } from '@bufbuild/protobuf/codegenv2'
import type { EventContract } from '@parley/contracts'
import { type Fragment, fragment, type Transaction } from '@parley/database'
import { injectTrace } from '@parley/telemetry'
import { encode } from './encoding.ts'

export interface NewEvent<M extends Message> {
  /** Events of one aggregate (a user, a turn) are published in the order in which they were written. */
  aggregateId: string
  message: MessageInitShape<GenMessage<M>>
}

/** JetStream takes messages up to 1 MiB; a larger row could never leave the outbox. */
const MAX_EVENT_BYTES = 512 * 1024

/** A fact that is ready to be written, with its id and the trace it belongs to. */
export interface PreparedEvent {
  id: string
  aggregateId: string
  subject: string
  /** JSON. */
  payload: string
  /** JSON. */
  headers: string
}

/** Makes an event ready for `insertEvents`; carries the active trace context along. */
export function prepareEvent<M extends Message>(event: EventContract<M>, { aggregateId, message }: NewEvent<NoInfer<M>>): PreparedEvent {
  const payload = encode(event.schema, message)
  if (Buffer.byteLength(payload) > MAX_EVENT_BYTES)
    throw new Error(`${event.subject} is too large to publish: ${payload.length} characters`)
  return { id: randomUUIDv7(), aggregateId, subject: event.subject, payload, headers: JSON.stringify(injectTrace({})) }
}

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
  newEvent: NewEvent<NoInfer<M>>,
): Promise<string> {
  const { id, aggregateId, subject, payload, headers } = prepareEvent(event, newEvent)
  const write: (query: TemplateStringsArray, ...values: unknown[]) => unknown = (tx.$withCommit ?? tx.$executeRaw).bind(tx)
  await write`
    INSERT INTO messaging.outbox (id, aggregate_id, subject, payload, headers)
    VALUES (${id}::uuid, ${aggregateId}, ${subject}, ${payload}::jsonb, ${headers}::jsonb)`
  return id
}

/** An event of many, and the change it tells of. */
export type EventOf = PreparedEvent & { of: string }

/**
 * The same for many facts in the one statement that makes them true: an INSERT to stand in its WITH. Written are those
 * whose `of` is among `changed`, a query of texts, in their order: `insertEvents(events, fragment`SELECT id::text FROM changed`)`.
 */
export const insertEvents = (prepared: readonly EventOf[], changed: Fragment): Fragment => fragment`
    INSERT INTO messaging.outbox (id, aggregate_id, subject, payload, headers)
    SELECT event.id, event."aggregateId", event.subject, event.payload::jsonb, event.headers::jsonb
    FROM jsonb_to_recordset(${JSON.stringify(prepared.map((event, number) => ({ ...event, number })))}::jsonb) AS event (
      number int, "of" text, id uuid, "aggregateId" text, subject text, payload text, headers text)
    WHERE event."of" IN (${changed})
    ORDER BY event.number`

/**
 * The same for one fact of which the database alone knows a part, such as its moment: `more` is a query of JSON objects that
 * are added to the message. It is written once for each of its rows.
 */
export const insertEvent = ({ id, aggregateId, subject, payload, headers }: PreparedEvent, more: Fragment): Fragment => fragment`
    INSERT INTO messaging.outbox (id, aggregate_id, subject, payload, headers)
    SELECT ${id}::uuid, ${aggregateId}::text, ${subject}::text, ${payload}::jsonb || more.fields, ${headers}::jsonb
    FROM (${more}) AS more (fields)`
