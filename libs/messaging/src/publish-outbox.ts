import { attributes, extractTrace, SpanKind, withSpan } from '@parley/telemetry'
import type { Bus } from './bus.ts'
import { headerNames, tracedHeaders } from './headers.ts'
import * as metrics from './metrics.ts'
import type { OutboxRow } from './outbox.store.ts'

const PUBLISH_TIMEOUT_MS = 5_000

/**
 * Publishes each aggregate's events one after the other, aggregates side by side. A failure holds back the rest of its
 * aggregate only.
 *
 * @returns the ids the stream has stored, and one of the failures if there were any
 */
export async function publishRows(bus: Bus, rows: OutboxRow[]): Promise<{ publishedIds: string[]; failure?: unknown }> {
  const publishedIds: string[] = []
  let failure: unknown
  const byAggregate = Map.groupBy(rows, (row) => row.aggregate_id)
  await Promise.all(
    [...byAggregate.values()].map(async (ofAggregate) => {
      for (const row of ofAggregate) {
        try {
          await publishRow(bus, row)
          publishedIds.push(row.id)
          metrics.published.inc({ subject: row.subject, outcome: 'ok' })
        } catch (error) {
          metrics.published.inc({ subject: row.subject, outcome: 'failed' })
          failure = error
          return
        }
      }
    }),
  )
  return { publishedIds, failure }
}

function publishRow(bus: Bus, row: OutboxRow): Promise<void> {
  const options = {
    kind: SpanKind.PRODUCER,
    parent: extractTrace(row.headers),
    attributes: {
      [attributes.messagingSystem]: 'nats',
      [attributes.messagingOperation]: 'publish',
      [attributes.messagingDestination]: row.subject,
      [attributes.messagingMessageId]: row.id,
    },
  }
  return withSpan(`${row.subject} publish`, options, async () => {
    await bus.jetstream.publish(row.subject, row.payload, {
      msgID: row.id,
      timeout: PUBLISH_TIMEOUT_MS,
      headers: tracedHeaders({ [headerNames.occurredAt]: row.created_at.toISOString() }),
    })
  })
}
