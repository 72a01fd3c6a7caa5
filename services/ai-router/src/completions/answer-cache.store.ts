import type { Sql } from '@parley/database'

/** Who wrote an answer that is given again. */
export interface Origin {
  model: string
  provider: string
  priceId: string
}

export interface CachedAnswer extends Origin {
  text: string
}

export type AnswerCacheStore = ReturnType<typeof createAnswerCacheStore>

/** Whole answers, kept for identical requests. Time is the database's. */
export function createAnswerCacheStore(sql: Pick<Sql, '$queryRaw' | '$executeRaw'>) {
  return {
    async find(key: Buffer): Promise<CachedAnswer | null> {
      const [found] = await sql.$queryRaw<CachedAnswer[]>`
        SELECT model, provider, price_id AS "priceId", text FROM cached_answer WHERE key = ${key} AND expires_at > now()`
      return found ?? null
    },

    /** @param userId whose requests it answers, null for everybody's */
    async put(key: Buffer, { model, provider, priceId, text }: CachedAnswer, userId: string | null, lifetimeS: number): Promise<void> {
      await sql.$executeRaw`
        INSERT INTO cached_answer (key, user_id, model, provider, price_id, text, expires_at)
        VALUES (${key}, ${userId}::uuid, ${model}, ${provider}, ${priceId}, ${text}, now() + ${lifetimeS}::int * interval '1 second')
        ON CONFLICT (key) DO UPDATE SET model = excluded.model, provider = excluded.provider, price_id = excluded.price_id,
          text = excluded.text, expires_at = excluded.expires_at, created_at = now()`
    },

    /** Deletes a batch of what is over; returns how many rows that were. */
    deleteExpired: (limit: number): Promise<number> => sql.$executeRaw`
      DELETE FROM cached_answer WHERE expires_at <= now() AND key IN (
        SELECT key FROM cached_answer WHERE expires_at <= now() ORDER BY expires_at LIMIT ${limit}::int)`,
  }
}
