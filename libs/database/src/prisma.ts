import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { type ConnectionOptions, defaults } from './connection-options.ts'
import { openPool } from './pool.ts'
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
export function openPrisma<Client>(PrismaClient: new (options: ClientOptions) => Client, options: ConnectionOptions): Client {
  const adapter = new PrismaPg(openPool(options), {
    disposeExternalPool: true,
    statementNameGenerator: createStatementNames(),
    onConnectionError: (error) => options.onIdleError?.(error),
  })
  return new PrismaClient({
    adapter,
    transactionOptions: {
      maxWait: options.connectTimeoutMs ?? defaults.connectTimeoutMs,
      timeout: options.statementTimeoutMs ?? defaults.statementTimeoutMs,
    },
  })
}
