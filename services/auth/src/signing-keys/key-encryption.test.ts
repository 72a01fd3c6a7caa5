import { generateSigningJwk } from '@parley/principal'
import t from 'tap'
import { createKeyEncryption } from './key-encryption.ts'

const encryption = createKeyEncryption('a key of a test, long enough')

t.test('A-18 a sealed signing key opens to what it was and shows nothing', async (t) => {
  const { privateJwk } = await generateSigningJwk('one')
  const sealed = encryption.seal(privateJwk)
  t.same(encryption.open(sealed, 'one'), privateJwk)
  t.notOk(Buffer.from(sealed).includes(privateJwk.d ?? 'missing'))
})

t.test('A-18 a sealed key moved to another row does not open', async (t) => {
  const sealed = encryption.seal((await generateSigningJwk('one')).privateJwk)
  t.throws(() => encryption.open(sealed, 'two'))
})

t.test('A-18 one changed byte, or another KEY_ENCRYPTION_KEY, does not open', async (t) => {
  const sealed = encryption.seal((await generateSigningJwk('one')).privateJwk)
  t.throws(() => createKeyEncryption('another key of a test').open(sealed, 'one'))
  for (const position of [0, 13, sealed.length - 1]) {
    const changed = Uint8Array.from(sealed)
    changed[position] = (changed[position] ?? 0) ^ 1
    t.throws(() => encryption.open(changed, 'one'))
  }
})
