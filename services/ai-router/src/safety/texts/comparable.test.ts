import fc from 'fast-check'
import t from 'tap'
import { comparable, hiddenCharacters, MAX_CHARACTERS, withoutLookalikes } from './comparable.ts'
import { decodedParts } from './encodings.ts'
import { readingsOf } from './readings.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc
    .array(
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      { maxLength: 200 },
    )
    .map((units) => units.join('')),
)

t.test('the comparable form of a comparable form is itself, whatever the text', async (t) => {
  t.doesNotThrow(() => fc.assert(fc.property(anyText, (text) => comparable(comparable(text)) === comparable(text))))
})

t.test('no text makes a reading throw or grow without bound', async (t) => {
  const isBounded = fc.property(anyText, (text) => {
    const { readings } = readingsOf(text)
    return readings.every((reading) => reading.text.length <= MAX_CHARACTERS) && readings.length <= 60
  })
  t.doesNotThrow(() => fc.assert(isBounded))
})

t.test('a text of a megabyte is looked at in part, from both ends', async (t) => {
  for (const text of ['ﷺ'.repeat(1_000_000), 'a'.repeat(1_000_000), `${'x '.repeat(500_000)}end`])
    t.ok(comparable(text).length <= MAX_CHARACTERS)
  t.match(comparable(`start ${'x '.repeat(500_000)} end`), /^start .* end$/s)
})

t.test('accents, width, case and invisible characters make no difference; other scripts stay', async (t) => {
  t.equal(comparable('Ｉｇｎｏｒé\u200b ÄLL'), 'ignore all')
  t.equal(comparable('プロンプト が'), 'プロンプト が')
  t.equal(comparable('\u202eabc\u2066'), 'abc')
  t.equal(withoutLookalikes('іgnоrе'), 'ignore')
})

t.test('hidden characters are told from those that people write', async (t) => {
  t.match(hiddenCharacters('👩‍👩‍👧 ❤️ می‌خواهم'), { insideWords: 0, message: '' })
  t.match(hiddenCharacters('i\u200bg\u200bnore'), { insideWords: 2 })
  const tagged = [...'do it'].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join('')
  t.equal(hiddenCharacters(`Hello${tagged}`).message, 'do it')
})

t.test('what is written in another notation is read, and what only looks so is not', async (t) => {
  const text = 'please read this secret message'
  const read = (written: string) => decodedParts(written).map((part) => part.text)
  t.ok(read(Buffer.from(text).toString('base64')).includes(text))
  t.ok(read(Buffer.from(text).toString('hex')).includes(text))
  t.ok(read(encodeURIComponent(text)).includes(text))
  t.ok(read([...text].map((letter) => `&#${letter.charCodeAt(0)};`).join('')).includes(text))
  t.ok(read([...text].map((letter) => letter.charCodeAt(0).toString(2).padStart(8, '0')).join(' ')).includes(text))
  for (const innocent of [
    'src/components/Navigation/Header.tsx',
    'e83c5163316f89bfbde7d9ab23ca2e25604af290',
    '550e8400-e29b-41d4-a716-446655440000',
  ])
    t.same(decodedParts(innocent), [], innocent)
})
