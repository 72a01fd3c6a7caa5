import { NO_TOKEN, type TokenTable } from './token-table.ts'

/**
 * A counter of the tokens of one word by byte pair encoding: of all neighbours those are joined whose token has the lowest
 * rank, until no two of them are a token. Its time grows with the square of the word's length.
 */
export function createBytePairCounter({ rankOf }: TokenTable): (bytes: Uint8Array, size: number) => number {
  /** Where each part begins; behind the last one the end. */
  let starts = new Uint32Array(0)
  /** Of each part and the next one together. */
  let ranks = new Int32Array(0)

  return (bytes, size) => {
    // Most words are a token.
    if (size === 0 || rankOf(bytes, 0, size) !== NO_TOKEN) return Math.min(size, 1)
    if (starts.length <= size) {
      starts = new Uint32Array(2 * size)
      ranks = new Int32Array(2 * size)
    }
    const rankAt = (part: number) => rankOf(bytes, starts[part] ?? 0, starts[part + 2] ?? 0)
    for (let at = 0; at <= size; at += 1) starts[at] = at
    for (let at = 0; at < size - 1; at += 1) ranks[at] = rankAt(at)

    for (let parts = size; ; parts -= 1) {
      const first = lowest(ranks, parts - 1)
      if (first < 0) return parts
      starts.copyWithin(first + 1, first + 2, parts + 1)
      ranks.copyWithin(first, first + 1, parts - 1)
      if (first < parts - 2) ranks[first] = rankAt(first)
      if (first > 0) ranks[first - 1] = rankAt(first - 1)
    }
  }
}

/** The first of the lowest ranks; -1 where there is none. */
function lowest(ranks: Int32Array, count: number): number {
  let found = -1
  let rank = NO_TOKEN
  for (let at = 0; at < count; at += 1) {
    const other = ranks[at] ?? NO_TOKEN
    if (other >= rank) continue
    rank = other
    found = at
  }
  return found
}
