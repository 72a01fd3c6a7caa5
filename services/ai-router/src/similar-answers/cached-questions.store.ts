import type { Sql } from '@parley/database'

/** A question whose answer is kept under `key` in the cache of answers. */
export interface CachedQuestion {
  key: Buffer
  question: string
  /** As vector-code.ts writes it. */
  vector: Buffer
}

/** Where a question is looked for: among those of its scope that share a band with it. */
export interface Place {
  /** Hash of everything an answer depends on besides the question, and of whom it may be given to. */
  scope: Buffer
  /** As vector-bands.ts makes them. */
  bands: readonly number[]
}

export type CachedQuestionStore = ReturnType<typeof createCachedQuestionStore>

/** Most candidates of one question: those that share the most bands with it, so the nearest ones. */
const MAX_CANDIDATES = 32

export function createCachedQuestionStore(sql: Pick<Sql, '$queryRaw' | '$executeRaw'>) {
  return {
    /** Questions that may be near, by the index over bands alone: what it costs grows with those that share one. */
    near: ({ scope, bands }: Place): Promise<CachedQuestion[]> => sql.$queryRaw<CachedQuestion[]>`
      SELECT key, question, vector FROM cached_question
      WHERE bands && ${bands}::int[] AND scope = ${scope}
      ORDER BY (SELECT count(*) FROM unnest(bands) AS band WHERE band = ANY (${bands}::int[])) DESC
      LIMIT ${MAX_CANDIDATES}`,

    /** Goes when its answer goes. Rejects when there is none. */
    async put({ scope, bands }: Place, { key, question, vector }: CachedQuestion): Promise<void> {
      await sql.$executeRaw`
        INSERT INTO cached_question (key, scope, question, vector, bands)
        VALUES (${key}, ${scope}, ${question}, ${vector}, ${bands}::int[])
        ON CONFLICT (key) DO UPDATE SET scope = excluded.scope, vector = excluded.vector, bands = excluded.bands`
    },
  }
}
