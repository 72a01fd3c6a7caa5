import type { PoolConfig } from 'pg'

/** How a service's connections to Postgres behave. The defaults are the platform's (requirement I6). */
export interface ConnectionOptions {
  url: string
  /** Seen in pg_stat_activity; the service's name. */
  applicationName: string
  /** Most connections one process opens through this pool. */
  poolSize?: number
  /** As many stay open without work: the next question after a pause is not to pay for opening them. */
  idleConnections?: number
  /** After this long without work a connection beyond those is closed. A new one has everything to learn: each statement is planned anew. */
  idleMs?: number
  /** A connection older than this is replaced, so that a failed-over or rebalanced server is found again. */
  lifetimeMs?: number
  /** Longest wait for a connection, whether it must be opened or all of the pool is busy. */
  connectTimeoutMs?: number
  /** Longest time of one statement; the server cancels it. */
  statementTimeoutMs?: number
  /** Told about connections that die while idle. The pool replaces them by itself, so this is for a log line only. */
  onIdleError?: (error: Error) => void
}

export const defaults = {
  poolSize: 20,
  idleConnections: 5,
  idleMs: 60_000,
  lifetimeMs: 30 * 60_000,
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 15_000,
} as const

/** The settings in the words of `pg`. */
export function poolConfig(options: ConnectionOptions): PoolConfig {
  const poolSize = options.poolSize ?? defaults.poolSize
  const statementTimeoutMs = options.statementTimeoutMs ?? defaults.statementTimeoutMs
  return {
    connectionString: options.url,
    application_name: options.applicationName,
    max: poolSize,
    min: Math.min(poolSize, options.idleConnections ?? defaults.idleConnections),
    idleTimeoutMillis: options.idleMs ?? defaults.idleMs,
    maxLifetimeSeconds: (options.lifetimeMs ?? defaults.lifetimeMs) / 1000,
    connectionTimeoutMillis: options.connectTimeoutMs ?? defaults.connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    // The server cannot cancel a statement when it is not there any more: give up on our side a little later.
    query_timeout: statementTimeoutMs + 2_000,
    // A transaction whose owner hangs must not keep its locks.
    idle_in_transaction_session_timeout: 2 * statementTimeoutMs,
    keepAlive: true,
    // Statements of one transaction need not wait for each other's answers.
    pipeline: true,
  }
}
