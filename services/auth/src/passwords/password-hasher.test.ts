import fc from 'fast-check'
import t from 'tap'
import { createPasswordHasher } from './password-hasher.ts'

/** Counts; the cheapest cost keeps the tests fast. */
function aHasher({ pepper = 'a pepper of a test', cost = 4 } = {}) {
  const counted = { operations: 0 }
  const pool = {
    run: <T>(task: () => Promise<T>) => {
      counted.operations += 1
      return task()
    },
  }
  return Object.assign(createPasswordHasher({ pepper, cost, pool }), { counted })
}

t.test('A-11 passwords that differ only after 72 bytes are different passwords', async (t) => {
  const hasher = aHasher()
  const stored = await hasher.hash(`${'x'.repeat(127)}a`)
  t.ok(await hasher.matches(`${'x'.repeat(127)}a`, stored))
  t.notOk(await hasher.matches(`${'x'.repeat(127)}b`, stored))
  t.notOk(await hasher.matches('x'.repeat(72), stored))
})

t.test('A-11 NUL does not end a password', async (t) => {
  const hasher = aHasher()
  const stored = await hasher.hash('one\0two-three')
  t.ok(await hasher.matches('one\0two-three', stored))
  t.notOk(await hasher.matches('one\0four-five', stored))
  t.notOk(await hasher.matches('one', stored))
})

t.test('A-11 two broken characters are not the same character', async (t) => {
  const hasher = aHasher()
  t.notOk(await hasher.matches('password\ud800', await hasher.hash('password\ud801')))
})

t.test('A-11 any text is a password and only itself matches', async (t) => {
  const hasher = aHasher()
  const text = fc.string({ unit: 'grapheme', minLength: 8, maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(text, text, async (password, other) => {
      const stored = await hasher.hash(password)
      t.ok(await hasher.matches(password, stored))
      if (other.normalize('NFC') !== password.normalize('NFC')) t.notOk(await hasher.matches(other, stored))
    }),
    { numRuns: 30 },
  )
})

t.test('A-11 both spellings of an accented letter are the same password', async (t) => {
  const hasher = aHasher()
  t.ok(await hasher.matches('cafe\u0301-society', await hasher.hash('caf\u00e9-society')))
})

t.test('A-11 the stored form names its version and cost and is useless without the pepper', async (t) => {
  const stored = await aHasher({ cost: 5 }).hash('correct horse')
  t.match(stored, /^v1:\$2b\$05\$.{53}$/)
  t.notOk(await aHasher({ pepper: 'another pepper' }).matches('correct horse', stored))
})

t.test('A-10 comparing with no stored hash costs the same one hash and says no', async (t) => {
  const hasher = aHasher()
  t.notOk(await hasher.matches('correct horse', null))
  t.equal(hasher.counted.operations, 1)
  t.notOk(await hasher.matches('correct horse', 'v0:of another age'))
  t.equal(hasher.counted.operations, 2)
})
