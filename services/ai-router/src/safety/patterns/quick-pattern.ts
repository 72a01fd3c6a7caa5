import { type Grams, mayContain, placesOf } from './grams.ts'
import { neededLiterals } from './needed-literals.ts'

/** A pattern that is tried only on texts which have one of the literals it cannot do without. Says exactly what the pattern says. */
export interface QuickPattern {
  isIn(grams: Grams): boolean
}

export function quickPattern(pattern: RegExp): QuickPattern {
  const literals = neededLiterals(pattern)?.map((literal) => ({ literal, places: placesOf(literal) }))
  const mayBeIn = (grams: Grams) =>
    !literals || literals.some(({ literal, places }) => (places.length > 0 ? mayContain(grams, places) : grams.text.includes(literal)))
  return { isIn: (grams) => mayBeIn(grams) && pattern.test(grams.text) }
}
