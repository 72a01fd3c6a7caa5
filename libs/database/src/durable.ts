import type { Transaction } from './transaction.ts'

/**
 * Resolves when everything that was committed before, on whichever connection, would survive a crash of the server. For
 * statements that do not wait for the disk themselves (`synchronous_commit` off), where somebody is to be promised their effect.
 *
 * It is a commit of its own that does wait: the log is written in order.
 */
export async function untilDurable(client: Pick<Transaction, '$executeRaw'>): Promise<void> {
  await client.$executeRaw`SELECT pg_logical_emit_message(true, 'parley', '')`
}
