import t from 'tap'
import { apiKeyHash, createApiKey, looksLikeApiKey } from '../src/index.ts'

t.test('A-18 a key says what it is, is stored as a hash, and shows no more than its beginning', async (t) => {
  const { text, hash, prefix } = createApiKey()
  t.match(text, /^parley_[0-9A-Za-z]{42}$/)
  t.ok(looksLikeApiKey(text))
  t.same(apiKeyHash(text), hash)
  t.equal(hash.length, 32)
  t.ok(text.startsWith(prefix))
  t.equal(prefix.length, 13)
  t.not(createApiKey().text, text)
})

t.test('A-18 any one wrong, missing, added or swapped character is noticed without a look-up', async (t) => {
  const { text } = createApiKey()
  const replaced = [...text].map((character, index) => text.slice(0, index) + (character === 'x' ? 'y' : 'x') + text.slice(index + 1))
  const dropped = [...text].map((_, index) => text.slice(0, index) + text.slice(index + 1))
  const swapped = [...text].flatMap((character, index) => {
    const next = text[index + 1]
    return next === undefined || next === character ? [] : [text.slice(0, index) + next + character + text.slice(index + 2)]
  })
  const wrong = [...replaced, ...dropped, ...swapped, `${text}a`, ` ${text}`, text.toUpperCase(), '', 'parley_', `parley_${'é'.repeat(42)}`]
  t.same(
    wrong.filter((typed) => apiKeyHash(typed) !== null),
    [],
  )
})

t.test('the checksum stays as it is: keys in use must go on being read', async (t) => {
  const text = `parley_${'0123456789abcdefghijABCDEFGHIJ012345'}0vkQt8`
  t.equal(Buffer.from(apiKeyHash(text) ?? []).toString('hex').length, 64, text)
})
