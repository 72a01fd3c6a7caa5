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
