import fc from 'fast-check'
import { clearMergeCache, countTokens as countedByLibrary, decode } from 'gpt-tokenizer/encoding/o200k_base'
import t from 'tap'
import { countTokens, createTokenCounter } from './count-tokens.ts'

const WORDS = 'Parley stores the text, every second; Grüße 👋 an alle — 12345 tokens (maybe).\n\nNext paragraph. '
const RANKS = 199_998
/** To the reference everything is text. */
const AS_TEXT = { disallowedSpecial: new Set<string>() }

t.test('every token of the vocabulary, and every three of them in a row, count as a reference implementation says', async (t) => {
  const wrong: string[] = []
  for (let rank = 0; rank < RANKS; rank += 7) {
    for (const text of [decode([rank]), decode([rank, (rank * 31) % RANKS, (rank * 17) % RANKS])]) {
      // The reference reads a byte order mark as nothing.
      if (!text.includes('\uFEFF') && countTokens(text) !== countedByLibrary(text, AS_TEXT)) wrong.push(text)
    }
  }
  clearMergeCache()
  t.same(wrong, [])
})

t.test('any text counts as a reference implementation says', async (t) => {
  const letters = fc.string({ unit: fc.constantFrom(..."aA é漢字🙂1 \n.,'sßЖ́") })
  const isCounted = fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), letters), (text) => {
    const plain = text.replaceAll('\uFEFF', '')
    return countTokens(plain) === countedByLibrary(plain, AS_TEXT)
  })
  t.doesNotThrow(() => fc.assert(isCounted, { numRuns: 2_000 }))
})

t.test('a count that went along with a stream is the count of the whole text, however it was cut', async (t) => {
  const text = WORDS.repeat(1500)
  for (const size of [1, 7, 4096]) {
    const counter = createTokenCounter()
    for (let start = 0; start < text.length; start += size) counter.add(text.slice(start, start + size))
    t.equal(counter.total(), countedByLibrary(text), `in pieces of ${size}`)
  }
})

t.test('what looks like a control token in somebody’s text is counted as text', async (t) => {
  t.ok(countTokens('<|endoftext|> <|im_start|>') > 4)
})

t.test('a text of millions of characters without a border between words is counted, too', async (t) => {
  t.equal(countTokens('a'.repeat(1_024)), 4 * countTokens('a'.repeat(256)))
  t.ok(countTokens('A'.repeat(2_000_000)) > 10_000)
  t.ok(countTokens(' '.repeat(2_000_000)) > 10_000)
  t.ok(countTokens('\u0301'.repeat(4_000_000)) > 100_000)
})

t.test('nothing is no token', async (t) => {
  t.equal(countTokens(''), 0)
  t.equal(createTokenCounter().total(), 0)
})
