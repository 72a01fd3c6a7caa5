import { type Grams, mayContain, placesOf } from './grams.ts'
import { neededLiterals } from './needed-literals.ts'

/** A pattern that is tried only on texts which have one of the literals it cannot do without. Says exactly what the pattern says. */
export interface QuickPattern {
  isIn(grams: Grams): boolean
}

export function quickPattern(pattern: RegExp): QuickPattern {
  const literals = neededLiterals(pattern)
  if (!literals) return { isIn: ({ text }) => pattern.test(text) }
  const placed = literals.map((literal) => ({ literal, places: placesOf(literal) }))
  const tooShort = placed.filter(({ places }) => places.length === 0).map(({ literal }) => literal)
  const long = placed.map(({ places }) => places).filter((places) => places.length > 0)
  // Of hundreds of literals nearly all end at their first run: those stand side by side.
  const firstRuns = Uint16Array.from(long, ([first = 0]) => first)

  function mayBeIn(grams: Grams): boolean {
    const { bits, text } = grams
    for (let index = 0; index < firstRuns.length; index += 1) {
      const place = firstRuns[index] ?? 0
      if (((bits[place >>> 3] ?? 0) & (1 << (place & 7))) === 0) continue
      const places = long[index]
      if (places && mayContain(grams, places, 1)) return true
    }
    return tooShort.some((literal) => text.includes(literal))
  }
  return { isIn: (grams) => mayBeIn(grams) && pattern.test(grams.text) }
}
