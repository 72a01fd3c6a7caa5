const WORDS = (
  'river stone quiet market early garden letter window summer bridge copper paper signal winter morning forest ' +
  'harbour lantern thread mirror orchard pebble saddle timber valley willow amber basin candle drift ember field'
).split(' ')

/** A text of exactly `tokens` tokens (see `countTokens`) that is the same for the same seed: sentences of plain English words. */
export function seededText(tokens: number, seed: number): string {
  let state = (seed ^ 0x9e3779b9) >>> 0
  const next = (bound: number) => {
    // xorshift32
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state % bound
  }
  let text = ''
  let wordsLeft = 0
  for (let index = 0; index < tokens; index += 1) {
    if (index > 0 && wordsLeft === 0) {
      text += '.'
      wordsLeft = 6 + next(9)
      continue
    }
    const word = WORDS[next(WORDS.length)] ?? ''
    const begins = index === 0 || text.endsWith('.')
    if (index === 0) wordsLeft = 6 + next(9)
    text += `${index === 0 ? '' : ' '}${begins ? word[0]?.toUpperCase() + word.slice(1) : word}`
    wordsLeft -= 1
  }
  return text
}
