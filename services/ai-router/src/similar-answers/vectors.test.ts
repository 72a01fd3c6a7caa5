import { DIMENSIONS } from '@parley/embeddings'
import t from 'tap'
import { bandsOf } from './vector-bands.ts'
import { quantise, similarity } from './vector-code.ts'

const scope = Buffer.alloc(32, 1)

/** Reproducible directions. */
function createDirections(seed: number) {
  let state = seed
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32 + 2 ** -33
  }
  const normal = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random())
  return () => unit(Float32Array.from({ length: DIMENSIONS }, normal))
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector)
  return vector.map((figure) => figure / length)
}

const dot = (one: Float32Array, other: Float32Array) => one.reduce((sum, figure, index) => sum + figure * (other[index] ?? 0), 0)

/** A direction at this cosine from `vector`. */
function near(vector: Float32Array, other: Float32Array, cosine: number): Float32Array {
  const along = dot(vector, other)
  const across = unit(other.map((figure, index) => figure - along * (vector[index] ?? 0)))
  return vector.map((figure, index) => cosine * figure + Math.sqrt(1 - cosine ** 2) * (across[index] ?? 0))
}

t.test('C6 a kept vector is 512 bytes and its cosine right to a thousandth', async (t) => {
  const next = createDirections(1)
  for (const cosine of [0.5, 0.85, 0.92, 0.99, 1]) {
    const vector = next()
    const kept = quantise(near(vector, next(), cosine))
    t.equal(kept.length, 512)
    t.ok(Math.abs(similarity(vector, kept) - cosine) < 0.001, String(cosine))
  }
  t.equal(similarity(next(), quantise(new Float32Array(DIMENSIONS))), 0)
})

t.test('C6 near vectors share a band, others almost never, and those of another scope never', async (t) => {
  const next = createDirections(2)
  const share = (cosine: number, count = 300) => {
    let sharing = 0
    for (let index = 0; index < count; index += 1) {
      const vector = next()
      const bands = new Set(bandsOf(vector, scope))
      if (bandsOf(near(vector, next(), cosine), scope).some((band) => bands.has(band))) sharing += 1
    }
    return sharing / count
  }
  t.ok(share(0.92) > 0.94)
  t.ok(share(0.97) > 0.99)
  t.ok(share(0) < 0.02)
  const vector = next()
  const bands = new Set(bandsOf(vector, scope))
  t.notOk(bandsOf(vector, Buffer.alloc(32, 2)).some((band) => bands.has(band)))
})

t.test('C6 bands are the same in every process and version: kept questions are found by them', async (t) => {
  const vector = Float32Array.from({ length: DIMENSIONS }, (_, index) => Math.sin(index))
  t.same(bandsOf(vector, scope).slice(0, 3), [964_036_888, -1_755_661_110, -841_692_932])
  t.ok(bandsOf(vector, scope).every((band) => Number.isInteger(band) && Math.abs(band) <= 2 ** 31))
})
