import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { type ConnectionOptions, defaults } from './connection-options.ts'
import { openPool } from './pool.ts'
import { createSql, type Sql } from './sql.ts'
import { createStatementNames } from './statement-names.ts'

/** What `openPrisma` passes to the constructor of a generated client. */
export interface ClientOptions {
  adapter: SqlDriverAdapterFactory
  transactionOptions: { maxWait: number; timeout: number }
}

/**
 * Something that runs SQL inside the caller's transaction. Any service's Prisma client and any interactive
 * transaction fits, so that libraries need not know the service's tables.
 */
export interface Transaction {
  $executeRaw(query: TemplateStringsArray, ...values: unknown[]): Promise<number>
  $queryRaw<T = unknown>(query: TemplateStringsArray, ...values: unknown[]): Promise<T>
  /**
   * Sends the statement together with the commit, in one round trip: for one whose outcome nobody needs to see. Where it
   * fails, so does the transaction. Prisma's transactions do not have it.
   */
  $withCommit?(query: TemplateStringsArray, ...values: unknown[]): void
}

/** A Prisma client, seen as something that opens transactions of type `Tx`. */
export interface TransactionClient<Tx extends Transaction> {
  $transaction<R>(work: (tx: Tx) => Promise<R>, options?: { maxWait?: number; timeout?: number }): Promise<R>
}

/**
 * Opens a service's generated Prisma client on its own pool of connections.
 *
 * The client connects when first used and reconnects by itself; close it with `$disconnect()`. An interactive
 * transaction waits at most `connectTimeoutMs` for a connection and lasts at most `statementTimeoutMs`.
 */
export const openPrisma = <Client>(PrismaClient: new (options: ClientOptions) => Client, options: ConnectionOptions): Client =>
  openDatabase(PrismaClient, options).prisma

/**
 * The same client, and beside it `sql` on the same pool: for hot paths, where the ORM would cost several times what
 * sending a statement costs.
 */
export function openDatabase<Client>(
  PrismaClient: new (options: ClientOptions) => Client,
  options: ConnectionOptions,
): { prisma: Client; sql: Sql } {
  const pool = openPool(options)
  const transactionTimeoutMs = options.statementTimeoutMs ?? defaults.statementTimeoutMs
  const adapter = new PrismaPg(pool, {
    disposeExternalPool: true,
    statementNameGenerator: createStatementNames(),
    onConnectionError: (error) => options.onIdleError?.(error),
  })
  const prisma = new PrismaClient({
    adapter,
    transactionOptions: { maxWait: options.connectTimeoutMs ?? defaults.connectTimeoutMs, timeout: transactionTimeoutMs },
  })
  return { prisma, sql: createSql(pool, { transactionTimeoutMs }) }
}
