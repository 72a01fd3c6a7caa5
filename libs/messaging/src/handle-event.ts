import type { Message } from '@bufbuild/protobuf'
import type { EventContract } from '@parley/contracts'
import type { Transaction, TransactionClient } from '@parley/database'
import { v7 as uuidv7 } from 'uuid'
import { withDeadline } from './deadline.ts'
import { decode } from './encoding.ts'
import { headerNames } from './headers.ts'
import { PoisonError } from './poison-error.ts'

/** An event as it arrived, wherever it arrived from. */
export interface ReceivedEvent {
  subject: string
  headers: Record<string, string>
  payload: Uint8Array
  /** Names an event that carries no id of its own. */
  fallbackId: string
}

export interface EventContext {
  /** UUIDv7, the same at every delivery. */
  eventId: string
  /** When the fact was written. */
  occurredAt: Date
  /** Fires when the handler has used up its time. */
  signal: AbortSignal
  /** Runs after the transaction committed; for hints only (a live notice, waking the relay), because a crash skips it. */
  afterCommit(work: () => void): void
}

export type EventHandler<M extends Message, Tx> = (tx: Tx, message: M, context: EventContext) => Promise<void>

export interface Handling<M extends Message, Tx extends Transaction> {
  database: TransactionClient<Tx>
  event: EventContract<M>
  consumer: string
  handle: EventHandler<M, Tx>
  /** Which of these would change nothing, now or later. Only reads. */
  findNeedless?: (messages: readonly M[]) => Promise<ReadonlySet<M>>
  handlerTimeoutMs: number
}

/** What the database has after a handler's time, to end its transaction. */
const ROLLBACK_MS = 2_000

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * Runs the handler and notes the event in the inbox, both in one transaction: the effect happens once, however often the
 * event comes.
 *
 * @throws PoisonError when the event cannot be read or the handler says so; anything else is worth repeating
 */
export async function handleEvent<M extends Message, Tx extends Transaction>(
  { database, event, consumer, handle, findNeedless, handlerTimeoutMs }: Handling<M, Tx>,
  received: ReceivedEvent,
): Promise<'done' | 'duplicate' | 'needless'> {
  const { eventId, message, occurredAt } = readEvent(event, received)
  if ((await findNeedless?.([message]))?.has(message)) return 'needless'
  const commitHooks: (() => void)[] = []
  const afterCommit = (work: () => void) => void commitHooks.push(work)
  const outcome = await withinTime(handlerTimeoutMs, (signal) =>
    database.$transaction(
      async (tx) => {
        const inserted = await tx.$executeRaw`
          INSERT INTO messaging.inbox (consumer, event_id) VALUES (${consumer}, ${eventId}::uuid) ON CONFLICT DO NOTHING`
        if (inserted === 0) return 'duplicate'
        await handle(tx, message, { eventId, occurredAt, signal, afterCommit })
        return 'done'
      },
      { timeout: handlerTimeoutMs },
    ),
  )
  for (const work of commitHooks) work()
  return outcome
}

/** A handler that never returns must not keep its place for ever. The database has rolled back long before this ends. */
export function withinTime<T>(handlerTimeoutMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const tooLate = Promise.withResolvers<never>()
  return withDeadline(handlerTimeoutMs, (signal) => {
    signal.addEventListener('abort', () => {
      const error = new Error(`the handler was not finished after ${handlerTimeoutMs} ms`)
      setTimeout(() => tooLate.reject(error), ROLLBACK_MS)
    })
    return Promise.race([work(signal), tooLate.promise])
  })
}

/** Sets an event aside with the reason. It gets no inbox row: replaying it is to have its effect. */
export async function setAside<Tx extends Transaction>(
  { database, consumer }: { database: TransactionClient<Tx>; consumer: string },
  received: ReceivedEvent,
  reason: string,
): Promise<void> {
  const eventId = received.headers[headerNames.eventId] || received.fallbackId
  await database.$transaction(
    (tx) => tx.$executeRaw`
      INSERT INTO messaging.dead_letter (id, consumer, event_id, subject, payload, headers, reason)
      VALUES (${uuidv7()}::uuid, ${consumer}, ${eventId}, ${received.subject}, ${Buffer.from(received.payload)},
              ${JSON.stringify(received.headers)}::jsonb, ${reason})
      ON CONFLICT (consumer, event_id) DO NOTHING`,
  )
}

/** Throws PoisonError when it cannot be read. */
export function readEvent<M extends Message>(
  event: EventContract<M>,
  { headers, payload }: ReceivedEvent,
): { eventId: string; message: M; occurredAt: Date } {
  const eventId = headers[headerNames.eventId] ?? ''
  if (!uuidPattern.test(eventId)) throw new PoisonError('the event carries no id')
  const occurredAt = new Date(headers[headerNames.occurredAt] ?? Date.now())
  try {
    return { eventId, occurredAt, message: decode(event.schema, new TextDecoder('utf-8', { fatal: true }).decode(payload)) }
  } catch (error) {
    throw new PoisonError(`not a ${event.schema.typeName}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
