import type { Logger } from '@parley/telemetry'
import type { TicketStore } from '../sockets/tickets.store.ts'
import type { IdempotentAnswerStore } from './idempotent-answers.store.ts'

const EVERY_MS = 10 * 60_000

/** Deletes what has expired; a day's rows are few enough for one statement. */
export function deleteExpired({ answers, tickets, logger }: { answers: IdempotentAnswerStore; tickets: TicketStore; logger: Logger }) {
  const run = () => {
    Promise.all([answers.deleteExpired(), tickets.deleteExpired()]).catch((error: unknown) =>
      logger.warn({ err: error }, 'expired rows stay for now'),
    )
  }
  const timer = setInterval(run, EVERY_MS)
  return { stop: () => clearInterval(timer) }
}
