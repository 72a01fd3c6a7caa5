import type { Message } from '@bufbuild/protobuf'
import type { Transaction } from '@parley/database'
import { type EventContext, type Handling, type ReceivedEvent, readEvent, withinTime } from './handle-event.ts'

/** One event of a group. */
export type GroupedEvent<M> = Pick<EventContext, 'eventId' | 'occurredAt'> & { message: M }

export type GroupContext = Pick<EventContext, 'signal' | 'afterCommit'>

/** Handles events that waited together, each of them once. Throwing rolls back all of them, and each is handled by itself. */
export type GroupHandler<M, Tx> = (tx: Tx, events: readonly GroupedEvent<M>[], context: GroupContext) => Promise<void>

export interface GroupHandling<M extends Message, Tx extends Transaction> extends Omit<Handling<M, Tx>, 'handle'> {
  handleTogether: GroupHandler<M, Tx>
  /** Runs the handler inside the spans of all its events. */
  around(events: readonly ReceivedEvent[], work: () => Promise<void>): Promise<void>
}

export type Outcome = 'done' | 'duplicate' | 'needless'

/**
 * Handles several events in one transaction: one commit and one look into the inbox for all of them. All or none: one that
 * fails takes the others with it, and the caller handles each by itself.
 *
 * @returns what became of each, in their order
 */
export async function handleGroup<M extends Message, Tx extends Transaction>(
  { database, event, consumer, handleTogether, findNeedless, handlerTimeoutMs, around }: GroupHandling<M, Tx>,
  group: readonly ReceivedEvent[],
): Promise<Outcome[]> {
  const read = group.map((received) => ({ received, ...readEvent(event, received) }))
  const needless = (await findNeedless?.(read.map(({ message }) => message))) ?? new Set()
  const needed = read.filter(({ message }) => !needless.has(message))
  if (needed.length === 0) return group.map(() => 'needless')

  const commitHooks: (() => void)[] = []
  const afterCommit = (work: () => void) => void commitHooks.push(work)
  const done = await withinTime(handlerTimeoutMs, (signal) =>
    database.$transaction(
      async (tx) => {
        const rows = await tx.$queryRaw<{ id: string }[]>`
          INSERT INTO messaging.inbox (consumer, event_id) SELECT ${consumer}, unnest(${needed.map(({ eventId }) => eventId)}::uuid[])
          ON CONFLICT DO NOTHING RETURNING event_id AS id`
        const unknown = new Set(rows.map(({ id }) => id))
        // The same event may stand in a group twice.
        const fresh = needed.filter(({ eventId }) => unknown.delete(eventId.toLowerCase()))
        const received = fresh.map((one) => one.received)
        if (fresh.length > 0) await around(received, () => handleTogether(tx, fresh, { signal, afterCommit }))
        return new Set(fresh)
      },
      { timeout: handlerTimeoutMs },
    ),
  )
  for (const work of commitHooks) work()
  return read.map((one) => (done.has(one) ? 'done' : needless.has(one.message) ? 'needless' : 'duplicate'))
}
