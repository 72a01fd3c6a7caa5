/** How much finding a word says: the fewer texts have it the more; a word nobody has says most. */
export type Rarity = (word: string) => number

export function rarityOf(texts: Set<string>[]): Rarity {
  const counts = new Map<string, number>()
  for (const words of texts) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return (word) => Math.log((texts.length + 1) / ((counts.get(word) ?? 0) + 0.5))
}

/** Different words of an ordinary section. Longer ones have a bit of everything, which says less about each. */
const ORDINARY_WORDS = 100

/** 0 to 1: how much of what the question's words say is in the text. */
export function overlap(asked: Set<string>, present: Set<string>, rarity: Rarity): number {
  let total = 0
  let found = 0
  for (const word of asked) {
    total += rarity(word)
    if (present.has(word)) found += rarity(word)
  }
  return total === 0 ? 0 : (found / total) * Math.min(1, Math.sqrt(ORDINARY_WORDS / present.size))
}
