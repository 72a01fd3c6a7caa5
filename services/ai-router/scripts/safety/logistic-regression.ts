import { BUCKETS, type Features } from '../../src/safety/models/features.ts'
import { createSeededRandom } from '../../src/seeded-random.ts'

export interface Example {
  features: Features
  isPositive: boolean
  /** How much the example counts. */
  importance: number
}

export interface Trained {
  bias: number
  weights: Float64Array
}

interface Options {
  epochs: number
  rate: number
  /** Pull of every weight towards 0. */
  decay: number
  /** Weights of the model: a power of two, at most BUCKETS. */
  size?: number
}

/** Logistic regression by AdaGrad, in an order that depends on nothing but the number of examples: training again gives the same model. */
export function train(examples: readonly Example[], { epochs, rate, decay, size = BUCKETS }: Options): Trained {
  const mask = size - 1
  const weights = new Float64Array(size)
  const slopes = new Float64Array(size).fill(1e-6)
  let bias = 0
  let biasSlope = 1e-6
  const random = createSeededRandom(42)
  const order = examples.map((_, index) => index)
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    shuffle(order, random)
    for (const index of order) {
      const example = examples[index]
      if (!example) continue
      const { features, isPositive, importance } = example
      let sum = bias
      for (let at = 0; at < features.buckets.length; at += 1) {
        sum += (weights[(features.buckets[at] ?? 0) & mask] ?? 0) * (features.weights[at] ?? 0)
      }
      const error = (1 / (1 + Math.exp(-sum)) - (isPositive ? 1 : 0)) * importance
      for (let at = 0; at < features.buckets.length; at += 1) {
        const bucket = (features.buckets[at] ?? 0) & mask
        const weight = weights[bucket] ?? 0
        const slope = error * (features.weights[at] ?? 0) + decay * weight
        const squares = (slopes[bucket] ?? 0) + slope * slope
        slopes[bucket] = squares
        weights[bucket] = weight - (rate * slope) / Math.sqrt(squares)
      }
      biasSlope += error * error
      bias -= (rate * error) / Math.sqrt(biasSlope)
    }
  }
  return { bias, weights }
}

function shuffle(order: number[], random: () => number): void {
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1))
    const kept = order[last] ?? 0
    order[last] = order[other] ?? 0
    order[other] = kept
  }
}
