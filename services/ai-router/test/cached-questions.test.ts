import { randomBytes } from 'node:crypto'
import { createSql, openPool } from '@parley/database'
import { DIMENSIONS } from '@parley/embeddings'
import { createTestDatabase } from '@parley/testing'
import t from 'tap'
import { createAnswerCacheStore } from '../src/completions/answer-cache.store.ts'
import { createCachedQuestionStore } from '../src/similar-answers/cached-questions.store.ts'
import { bandsOf } from '../src/similar-answers/vector-bands.ts'
import { quantise } from '../src/similar-answers/vector-code.ts'

const QUESTIONS = 20_000
const scope = Buffer.alloc(32, 1)

/** Vectors as different as unrelated questions. */
function aVector(seed: number): Float32Array {
  const vector = Float32Array.from({ length: DIMENSIONS }, (_, index) => Math.sin(seed * 7.13 + index * (1 + (seed % 97)) * 1.7) + 0.1)
  const length = Math.hypot(...vector)
  return vector.map((figure) => figure / length)
}

t.test('C6 among 20,000 kept questions the near one is found by the index, without reading the others', async (t) => {
  const database = await createTestDatabase('ai-router')
  const pool = openPool({ url: database.url, applicationName: 'test', poolSize: 2, onIdleError: () => {} })
  t.teardown(async () => {
    await pool.end()
    await database.drop()
  })
  const sql = createSql(pool)
  const questions = createCachedQuestionStore(sql)
  await pool.query(`INSERT INTO cached_answer (key, model, provider, price_id, text, expires_at)
    SELECT decode(lpad(to_hex(n), 64, '0'), 'hex'), 'm', 'p', 'm@1', 'An answer.', now() + interval '1 day' FROM generate_series(1, ${QUESTIONS}) n`)
  // Bands as of unrelated vectors: 16 bits each, spread evenly.
  await pool.query(
    `INSERT INTO cached_question (key, scope, question, vector, bands)
     SELECT key, $1, 'What is it?', decode(repeat('01', 512), 'hex'), ARRAY(SELECT (random() * 4294967295 - 2147483648)::bigint::int FROM generate_series(1, 32) WHERE key IS NOT NULL)
     FROM cached_answer`,
    [scope],
  )
  await pool.query('ANALYZE cached_question')

  const vector = aVector(1)
  const place = { scope, bands: bandsOf(vector, scope) }
  const key = randomBytes(32)
  await t.rejects(questions.put(place, { key, question: 'What is this?', vector: quantise(vector) }), 'there is no answer to it')
  await createAnswerCacheStore(sql).put(key, { model: 'm', provider: 'p', priceId: 'm@1', text: 'This one.' }, null, 60)
  await questions.put(place, { key, question: 'What is this?', vector: quantise(vector) })

  const found = await questions.near(place)
  t.match(found[0], { key, question: 'What is this?' })
  t.ok(found.length <= 32)
  t.same(await questions.near({ ...place, scope: Buffer.alloc(32, 2) }), [], 'the same bands in another scope')

  const explained: string[] = []
  const explaining = createCachedQuestionStore({
    $executeRaw: sql.$executeRaw,
    async $queryRaw(parts: TemplateStringsArray, ...values: unknown[]) {
      const prefixed = Object.assign([`EXPLAIN ${parts[0]}`, ...parts.slice(1)], { raw: parts.raw })
      const rows = await sql.$queryRaw<{ 'QUERY PLAN': string }[]>(prefixed, ...values)
      explained.push(...rows.map((row) => row['QUERY PLAN']))
      return []
    },
  } as Parameters<typeof createCachedQuestionStore>[0])
  await explaining.near(place)
  t.match(explained.join('\n'), /Bitmap Index Scan on cached_question_bands_idx/)
  t.notMatch(explained.join('\n'), /Seq Scan on cached_question/)
})
