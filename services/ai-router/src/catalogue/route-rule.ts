import type { ModelPlan } from './plan.ts'

/** Where completions go that ask for one model or for `auto`, as an operator decided. */
export interface RouteRule {
  /** A model's id, or `auto`. */
  wanted: string
  /** Counts for this plan and for those above it that have no rule of their own. */
  plan: ModelPlan
  targets: readonly RouteTarget[]
  isHedged: boolean
  cache: CachePolicy | null
}

/** Which answers of a route are kept for identical requests. */
export interface CachePolicy {
  lifetimeS: number
  /** Above it an answer is meant to differ each time. */
  maxTemperature: number
  /** Whom an answer may be given to again: the user who asked, or everybody. Never everybody where anything is personal. */
  scope: 'user' | 'everybody'
  /** Least cosine of a question and one that was answered before for the same answer to be given; null: identical requests alone. */
  minSimilarity: number | null
}

export interface RouteTarget {
  /** A model's id. */
  model: string
  /** 1 is asked first, then 2, … */
  priority: number
  /** Share of first places among equals of one priority. Above 0. */
  weight: number
}

/**
 * The targets in the order in which they are asked: by priority, and equals in an order that is drawn anew each time, each
 * draw by weight among those that are left.
 *
 * @param random a number from 0 to below 1
 */
export function drawOrder(targets: readonly RouteTarget[], random: () => number): string[] {
  const left = targets.toSorted((one, other) => one.priority - other.priority)
  const order: string[] = []
  for (let [first] = left; first; [first] = left) {
    const { priority } = first
    const drawn = draw(
      first,
      left.filter((target) => target.priority === priority),
      random,
    )
    order.push(drawn.model)
    left.splice(left.indexOf(drawn), 1)
  }
  return order
}

function draw(first: RouteTarget, equals: readonly RouteTarget[], random: () => number): RouteTarget {
  let mark = random() * equals.reduce((sum, { weight }) => sum + weight, 0)
  const drawn = equals.find(({ weight }) => {
    mark -= weight
    return mark < 0
  })
  return drawn ?? first
}
