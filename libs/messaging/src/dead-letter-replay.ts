import type { Message } from '@bufbuild/protobuf'
import type { Transaction } from '@parley/database'
import type { Logger } from '@parley/telemetry'
import { type Handling, handleEvent } from './handle-event.ts'
import * as metrics from './metrics.ts'
import { pause } from './pause.ts'
import { PoisonError } from './poison-error.ts'

const LOOK_EVERY_MS = 2_000

interface RequestedRow {
  id: string
  event_id: string
  subject: string
  payload: Uint8Array
  headers: Record<string, string>
}

/** Handles the dead letters of one consumer whose replay a person asked for, and counts those that are open. */
export function startDeadLetterReplay<M extends Message, Tx extends Transaction>(
  handling: Handling<M, Tx> & { logger: Logger },
): { stop(): Promise<void> } {
  const { consumer, logger } = handling
  const stopping = new AbortController()

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        for (const row of await findRequested(handling)) await replay(handling, row)
      } catch (error) {
        logger.warn({ err: error, consumer }, 'dead letters cannot be looked at')
      }
      await pause(LOOK_EVERY_MS, stopping.signal)
    }
  }

  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}

function findRequested<M extends Message, Tx extends Transaction>({ database, consumer }: Handling<M, Tx>): Promise<RequestedRow[]> {
  return database.$transaction(async (tx) => {
    const [open] = await tx.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM messaging.dead_letter WHERE consumer = ${consumer} AND replayed_at IS NULL`
    metrics.deadLetters.set({ consumer }, open?.count ?? 0)
    if (!open?.count) return []
    return tx.$queryRaw<RequestedRow[]>`
      SELECT id, event_id, subject, payload, headers FROM messaging.dead_letter
      WHERE consumer = ${consumer} AND replayed_at IS NULL AND replay_requested_at IS NOT NULL ORDER BY created_at LIMIT 100`
  })
}

async function replay<M extends Message, Tx extends Transaction>(
  handling: Handling<M, Tx> & { logger: Logger },
  row: RequestedRow,
): Promise<void> {
  const { database, consumer, logger } = handling
  const { subject, headers, payload } = row
  try {
    await handleEvent(handling, { subject, headers, payload, fallbackId: row.event_id })
    await database.$transaction((tx) => tx.$executeRaw`UPDATE messaging.dead_letter SET replayed_at = now() WHERE id = ${row.id}::uuid`)
    logger.info({ consumer, deadLetterId: row.id }, 'a dead letter was replayed')
  } catch (error) {
    logger.warn({ err: error, consumer, deadLetterId: row.id }, 'a dead letter was replayed in vain')
    if (!(error instanceof PoisonError)) return
    await database.$transaction(
      (tx) => tx.$executeRaw`
        UPDATE messaging.dead_letter SET replay_requested_at = NULL, reason = ${error.message} WHERE id = ${row.id}::uuid`,
    )
  }
}
