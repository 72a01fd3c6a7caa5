import type { Message } from '@bufbuild/protobuf'
import type { Transaction } from '@parley/database'
import { type Handling, type ReceivedEvent, readEvent, withinTime } from './handle-event.ts'

export interface GroupHandling<M extends Message, Tx extends Transaction> extends Handling<M, Tx> {
  /** What the handler locks, in words: events of a group are handled in its order, so that two groups cannot block each other. */
  lockOf(message: M): string
  /** Runs the handler of one event, inside its span. */
  around(received: ReceivedEvent, work: () => Promise<void>): Promise<void>
}

/**
 * Handles several events in one transaction: one commit and one look into the inbox for all of them. All or none: one that
 * fails takes the others with it, and the caller handles each by itself.
 *
 * @returns what became of each, in their order
 */
export async function handleGroup<M extends Message, Tx extends Transaction>(
  { database, event, consumer, handle, handlerTimeoutMs, lockOf, around }: GroupHandling<M, Tx>,
  group: readonly ReceivedEvent[],
): Promise<('done' | 'duplicate')[]> {
  const read = group.map((received) => ({ received, ...readEvent(event, received) }))
  const inOrder = read.map((one) => ({ ...one, lock: lockOf(one.message) })).sort((one, other) => (one.lock < other.lock ? -1 : 1))
  const commitHooks: (() => void)[] = []
  const signal = AbortSignal.timeout(handlerTimeoutMs)
  const transaction = database.$transaction(
    async (tx) => {
      const rows = await tx.$queryRaw<{ id: string }[]>`
        INSERT INTO messaging.inbox (consumer, event_id) SELECT ${consumer}, unnest(${read.map(({ eventId }) => eventId)}::uuid[])
        ON CONFLICT DO NOTHING RETURNING event_id AS id`
      const fresh = new Set(rows.map(({ id }) => id))
      const done = new Set<ReceivedEvent>()
      for (const { received, eventId, message, occurredAt } of inOrder) {
        // The same event may stand in a group twice.
        if (!fresh.delete(eventId.toLowerCase())) continue
        const context = { eventId, occurredAt, signal, afterCommit: (work: () => void) => void commitHooks.push(work) }
        await around(received, () => handle(tx, message, context))
        done.add(received)
      }
      return done
    },
    { timeout: handlerTimeoutMs },
  )
  const done = await withinTime(transaction, handlerTimeoutMs)
  for (const work of commitHooks) work()
  return group.map((received) => (done.has(received) ? 'done' : 'duplicate'))
}
