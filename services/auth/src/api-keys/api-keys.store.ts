import type { Database } from '../database.ts'
import type { ApiKey } from './api-key.ts'

type Bytes = Uint8Array<ArrayBuffer>

export interface NewApiKey {
  id: string
  accountId: string
  name: string
  prefix: string
  keyHash: Bytes
  scopes: readonly string[]
  expiresAt: Date | null
}

/** Whose key it is and what it may do now. */
export interface VerifiedApiKey {
  id: string
  accountId: string
  role: string
  plan: string
  scopes: string[]
  expiresAt: Date | null
}

/** A key that is in use is written down so often at most. */
const NOTE_USE_EVERY_S = 60

export function apiKeysStore(database: Database) {
  return {
    /**
     * `limited`: the account has as many as it may have. `expired`: the time is over already, by the database's clock. One
     * account at a time, in the caller's transaction, so that the limit is exact.
     */
    async create({ id, accountId, name, prefix, keyHash, scopes, expiresAt }: NewApiKey, limit: number): Promise<Creation> {
      await database.$executeRaw`SELECT 1 FROM user_account WHERE id = ${accountId}::uuid FOR UPDATE`
      const [row] = await database.$queryRaw<{ outcome: Creation }[]>`
        WITH state AS (
          SELECT (SELECT count(*) FROM api_key WHERE account_id = ${accountId}::uuid AND revoked_at IS NULL) >= ${limit}::int AS is_full,
                 coalesce(${expiresAt}::timestamptz <= clock_timestamp(), false) AS is_over
        ), made AS (
          INSERT INTO api_key (id, account_id, name, prefix, key_hash, scopes, expires_at)
          SELECT ${id}::uuid, ${accountId}::uuid, ${name}, ${prefix}, ${keyHash}, ${[...scopes]}::text[], ${expiresAt}::timestamptz
          FROM state WHERE NOT is_full AND NOT is_over
        )
        SELECT CASE WHEN is_over THEN 'expired' WHEN is_full THEN 'limited' ELSE 'created' END AS outcome FROM state`
      if (!row) throw new Error('a statement without its row')
      return row.outcome
    },

    /** Keys that are not revoked, newest first. */
    async list(accountId: string): Promise<ApiKey[]> {
      return database.apiKey.findMany({ where: { accountId, revokedAt: null }, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] })
    },

    /** False when the account has no such key (any more). */
    async revoke(accountId: string, id: string): Promise<boolean> {
      const revoked = await database.$executeRaw`
        UPDATE api_key SET revoked_at = clock_timestamp()
        WHERE id = ${id}::uuid AND account_id = ${accountId}::uuid AND revoked_at IS NULL`
      return revoked > 0
    },

    /** The key behind a hash, if it is good now; notes that it was used. */
    async verify(keyHash: Bytes): Promise<VerifiedApiKey | null> {
      const [key] = await database.$queryRaw<(VerifiedApiKey & { isUseDue: boolean })[]>`
        SELECT k.id, k.account_id AS "accountId", a.role, a.plan, k.scopes, k.expires_at AS "expiresAt",
               coalesce(k.last_used_at < clock_timestamp() - make_interval(secs => ${NOTE_USE_EVERY_S}::float8), true) AS "isUseDue"
        FROM api_key k JOIN user_account a ON a.id = k.account_id
        WHERE k.key_hash = ${keyHash} AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > clock_timestamp())`
      if (!key) return null
      const { isUseDue, ...verified } = key
      if (isUseDue) await database.$executeRaw`UPDATE api_key SET last_used_at = clock_timestamp() WHERE id = ${key.id}::uuid`
      return verified
    },
  }
}

export type Creation = 'created' | 'limited' | 'expired'
