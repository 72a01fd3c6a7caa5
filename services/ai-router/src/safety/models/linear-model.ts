import { BUCKETS, type Features } from './features.ts'

/** A trained model as it is stored: one signed byte a bucket, in base64. A smaller model puts several buckets into one. */
export interface StoredModel {
  bias: number
  /** What one step of a stored weight is worth. */
  scale: number
  weights: string
}

export interface LinearModel {
  /** 0 to 1. */
  probability(features: Features): number
}

export function openModel({ bias, scale, weights }: StoredModel): LinearModel {
  const bytes = Buffer.from(weights, 'base64')
  const mask = bytes.length - 1
  if (bytes.length > BUCKETS || (bytes.length & mask) !== 0) throw new Error(`a model of ${bytes.length} weights`)
  const steps = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length)
  return {
    probability(features) {
      let sum = 0
      for (let index = 0; index < features.buckets.length; index += 1) {
        sum += (steps[(features.buckets[index] ?? 0) & mask] ?? 0) * (features.weights[index] ?? 0)
      }
      return 1 / (1 + Math.exp(-(bias + sum * scale)))
    },
  }
}

export function storedModel(bias: number, weights: Float64Array): StoredModel {
  let largest = 0
  for (const weight of weights) largest = Math.max(largest, Math.abs(weight))
  const scale = largest / 127 || 1
  const steps = Int8Array.from(weights, (weight) => Math.round(weight / scale))
  return { bias, scale, weights: Buffer.from(steps.buffer).toString('base64') }
}
