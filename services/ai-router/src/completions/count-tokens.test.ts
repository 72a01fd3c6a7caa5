import { countTokens as countWhole } from 'gpt-tokenizer/encoding/o200k_base'
import t from 'tap'
import { countTokens, createTokenCounter } from './count-tokens.ts'

const WORDS = 'Parley stores the text, every second; Grüße 👋 an alle — 12345 tokens (maybe).\n\nNext paragraph. '

t.test('a count that went along with a stream is the count of the whole text, however it was cut', async (t) => {
  const text = WORDS.repeat(1500)
  for (const size of [1, 7, 4096]) {
    const counter = createTokenCounter()
    for (let start = 0; start < text.length; start += size) counter.add(text.slice(start, start + size))
    t.equal(counter.total(), countWhole(text), `in pieces of ${size}`)
  }
})

t.test('what looks like a control token is counted as text', async (t) => {
  t.ok(countTokens('<|endoftext|> <|im_start|>') > 4)
})

t.test('a text without word borders does not stop the process', async (t) => {
  const startedMs = performance.now()
  const tokens = countTokens('a'.repeat(200_000)) + countTokens(' '.repeat(200_000)) + countTokens('漢'.repeat(20_000))
  t.ok(tokens > 10_000)
  t.ok(performance.now() - startedMs < 2_000)
})

t.test('nothing is no token', async (t) => {
  t.equal(countTokens(''), 0)
  t.equal(createTokenCounter().total(), 0)
})
