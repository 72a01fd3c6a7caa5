import pg from 'pg'
import { type ConnectionOptions, poolConfig } from './connection-options.ts'

/**
 * A plain `pg` pool with the platform's settings, for the outbox relay and for hot paths in raw SQL.
 * It connects when first used; close it with `end()`.
 */
export function openPool(options: ConnectionOptions): pg.Pool {
  const pool = new pg.Pool(poolConfig(options))
  // Without a listener a connection that dies while idle would end the process.
  pool.on('error', (error) => options.onIdleError?.(error))
  // Nor may one that dies in the moment between the pool and whoever borrows it: his next statement reports the loss.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}
