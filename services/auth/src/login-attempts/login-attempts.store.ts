import { createHash } from 'node:crypto'
import { v7 as newId } from 'uuid'
import type { Database } from '../database.ts'

/** Whose account is tried, from where. */
export interface AttemptTarget {
  /** Normalised, known or not. */
  email: string
  source: string
}

export interface AttemptWindow {
  windowS: number
  limit: number
}

export function loginAttemptsStore(database: Database) {
  return {
    /** One decision at a time per source, until the transaction ends. */
    async lockSource(source: string): Promise<void> {
      await database.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`login:${source}`}, 0))`
    },

    /** Seconds until the pair of account and source has an attempt free; 0 when it has one now. */
    async waitForPairS({ email, source }: AttemptTarget, { windowS, limit }: AttemptWindow): Promise<number> {
      const rows = await database.$queryRaw<{ wait_s: number }[]>`
        SELECT extract(epoch FROM attempted_at - clock_timestamp())::float8 + ${windowS}::float8 AS wait_s FROM login_attempt
        WHERE source = ${source} AND email_hash = ${hashOf(email)} ORDER BY attempted_at DESC OFFSET ${limit - 1}::int LIMIT 1`
      return Math.max(0, rows[0]?.wait_s ?? 0)
    },

    /** The same for all accounts tried from the source. */
    async waitForSourceS(source: string, { windowS, limit }: AttemptWindow): Promise<number> {
      const rows = await database.$queryRaw<{ wait_s: number }[]>`
        SELECT extract(epoch FROM attempted_at - clock_timestamp())::float8 + ${windowS}::float8 AS wait_s FROM login_attempt
        WHERE source = ${source} ORDER BY attempted_at DESC OFFSET ${limit - 1}::int LIMIT 1`
      return Math.max(0, rows[0]?.wait_s ?? 0)
    },

    /** Returns the attempt's id. */
    async add({ email, source }: AttemptTarget): Promise<string> {
      const id = newId()
      await database.$executeRaw`
        INSERT INTO login_attempt (id, email_hash, source, attempted_at) VALUES (${id}::uuid, ${hashOf(email)}, ${source}, clock_timestamp())`
      return id
    },

    async withdraw(id: string): Promise<void> {
      await database.$executeRaw`DELETE FROM login_attempt WHERE id = ${id}::uuid`
    },

    /** Forgets every attempt of the pair. */
    async clear({ email, source }: AttemptTarget): Promise<void> {
      await database.$executeRaw`DELETE FROM login_attempt WHERE source = ${source} AND email_hash = ${hashOf(email)}`
    },
  }
}

/** What people mistype is nobody's business: typed addresses are kept as hashes. */
const hashOf = (email: string) => new Uint8Array(createHash('sha256').update(email).digest())
