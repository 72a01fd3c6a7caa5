import type { QuestionReading } from './question-reading.ts'

/** Why two questions that mean about the same may still need two answers. */
export type Difference = 'kind' | 'numbers' | 'negation' | 'quotes' | 'names' | 'word' | 'order'

/**
 * Of otherwise equal questions one or two words make two questions of them: another town, another exam, `permanently`. Where
 * more is different and the meaning is near all the same, the question is said in other words.
 */
const FEW_WORDS = 2

type Check = (one: QuestionReading, other: QuestionReading) => boolean

const checks: Readonly<Record<Difference, Check>> = {
  kind: (one, other) => one.kind !== other.kind,
  numbers: (one, other) => !isEqual(one.numbers, other.numbers),
  negation: (one, other) => one.negations !== other.negations,
  quotes: (one, other) => !isEqual(one.quotes, other.quotes),
  names: (one, other) => one.names.some((name) => !other.stems.has(name)) || other.names.some((name) => !one.stems.has(name)),
  word: (one, other) => {
    const count = missing(one, other) + missing(other, one)
    return count > 0 && count <= FEW_WORDS
  },
  // `From Paris to Rome` and `from Rome to Paris` have the same words.
  order: (one, other) => !isEqual(shared(one, other), shared(other, one)),
}

export const differences = Object.keys(checks) as readonly Difference[]

/** The first of `which` in which the questions differ; null when they differ in none. Vectors do not see these: they see topics. */
export function differenceBetween(
  one: QuestionReading,
  other: QuestionReading,
  which: readonly Difference[] = differences,
): Difference | null {
  return which.find((difference) => checks[difference](one, other)) ?? null
}

const isEqual = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((word, index) => word === other[index])

function missing(of: QuestionReading, from: QuestionReading): number {
  const there = new Set(from.meanings)
  return new Set(of.meanings.filter((meaning) => !there.has(meaning))).size
}

const shared = (of: QuestionReading, other: QuestionReading): string[] => {
  const known = new Set(other.meanings)
  return of.meanings.filter((meaning) => known.has(meaning))
}
