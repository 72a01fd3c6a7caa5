import { DIMENSIONS } from '@parley/embeddings'

/** Largest figure of a byte with a sign. */
const BYTE_MAX = 127

/** A vector in 512 bytes instead of 2,048: each number as a share of the largest one. A cosine from it is right to about 0.001. */
export function quantise(vector: Float32Array): Buffer {
  const largest = vector.reduce((most, figure) => Math.max(most, Math.abs(figure)), 0) || 1
  return Buffer.from(Int8Array.from(vector, (figure) => Math.round((figure / largest) * BYTE_MAX)).buffer)
}

/** Cosine of a vector of length 1 and a quantised one. */
export function similarity(vector: Float32Array, quantised: Uint8Array): number {
  const kept = new Int8Array(quantised.buffer, quantised.byteOffset, quantised.byteLength)
  let product = 0
  let square = 0
  for (let index = 0; index < DIMENSIONS; index += 1) {
    const figure = kept[index] ?? 0
    product += (vector[index] ?? 0) * figure
    square += figure * figure
  }
  return square === 0 ? 0 : product / Math.sqrt(square)
}
