import type { Goal } from './scenarios.ts'

export interface Verdict extends Goal {
  value: number
  isMet: boolean
}

/** Looks each goal up in the result. A figure that is missing is a mistake of ours and throws. */
export function judge(goals: Goal[], result: object): Verdict[] {
  return goals.map((goal) => {
    const value = figureAt(result, goal.figure)
    const isMet = value <= (goal.atMost ?? Number.POSITIVE_INFINITY) && value >= (goal.atLeast ?? Number.NEGATIVE_INFINITY)
    return { ...goal, value, isMet }
  })
}

function figureAt(result: object, path: string): number {
  const value = path.split('.').reduce<unknown>((inside, key) => (inside as Record<string, unknown> | undefined)?.[key], result)
  if (typeof value !== 'number') throw new Error(`there is no figure ${path}`)
  return value
}
