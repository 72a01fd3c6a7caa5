import { type Fragment, fragment } from './sql.ts'
import type { Transaction } from './transaction.ts'

/**
 * A source of one row for the FROM of a statement of its own: its commit does not wait for the disk. For what a crash of the server may take
 * back with the last moments before it.
 */
export const unhurried: Fragment = fragment`(SELECT set_config('synchronous_commit', 'off', true)) AS unhurried`

/**
 * Resolves when everything that was committed before, on whichever connection, would survive a crash of the server. For
 * statements that do not wait for the disk themselves (`unhurried`), where somebody is to be promised their effect.
 *
 * It is a commit of its own that does wait: the log is written in order.
 */
export async function untilDurable(client: Pick<Transaction, '$executeRaw'>): Promise<void> {
  await client.$executeRaw`SELECT pg_logical_emit_message(true, 'parley', '')`
}
