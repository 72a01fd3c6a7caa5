/**
 * Which runs of four characters a text contains, so that most patterns need not be tried on it. May say too much, never too little.
 * Those of one text at a time: the next text takes their place.
 */
export interface Grams {
  readonly text: string
  readonly bits: Uint8Array
}

/** Characters of a run. */
export const GRAM = 4
/** 2^16 bits: a text of 5,000 characters sets one of twenty. */
const BYTES = 1 << 13

/** One for all texts: making one for each would cost more than filling it. */
const bits = new Uint8Array(BYTES)

export function gramsOf(text: string): Grams {
  bits.fill(0)
  let last = 0
  for (let index = 0; index < text.length; index += 1) {
    last = (last << 8) | folded(text.charCodeAt(index))
    if (index < GRAM - 1) continue
    const place = placeOf(last)
    bits[place >>> 3] = (bits[place >>> 3] ?? 0) | (1 << (place & 7))
  }
  return { text, bits }
}

/** Where the runs of a literal are looked for. A literal shorter than a run has none. */
export function placesOf(literal: string): Uint16Array {
  const places: number[] = []
  let last = 0
  for (let index = 0; index < literal.length; index += 1) {
    last = (last << 8) | folded(literal.charCodeAt(index))
    if (index >= GRAM - 1) places.push(placeOf(last))
  }
  return Uint16Array.from(places)
}

/** @param from number of the run to begin with */
export function mayContain({ bits }: Grams, places: Uint16Array, from = 0): boolean {
  for (let index = from; index < places.length; index += 1) {
    const place = places[index] ?? 0
    if (((bits[place >>> 3] ?? 0) & (1 << (place & 7))) === 0) return false
  }
  return true
}

/** One byte of a UTF-16 unit. */
const folded = (unit: number): number => (unit ^ (unit >>> 8)) & 0xff
const placeOf = (gram: number): number => Math.imul(gram, 0x9e3779b1) >>> 16
