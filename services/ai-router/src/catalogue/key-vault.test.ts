import { randomBytes } from 'node:crypto'
import t from 'tap'
import { createKeyVault } from './key-vault.ts'
import { maskKey } from './mask-key.ts'
import { readMasterKeys } from './master-keys.ts'

const masterKey = (id: string) => ({ id, key: randomBytes(32) })
const place = { id: '0197c0de-0000-7000-8000-000000000001', providerId: 'openai' }
const apiKey = 'sk-a-key-of-these-tests'

t.test('A-18 a sealed key opens to what it was, shows nothing and is never sealed the same way twice', async (t) => {
  const vault = createKeyVault([masterKey('first')])
  const sealed = vault.seal(place, apiKey)
  t.equal(vault.open(place, sealed), apiKey)
  t.equal(sealed.masterKeyId, 'first')
  t.notOk(Buffer.from(sealed.sealed).includes(apiKey))
  t.notSame(vault.seal(place, apiKey).sealed, sealed.sealed)
})

t.test('A-18 a key moved to another row, to another provider or under another master key’s name does not open', async (t) => {
  const first = masterKey('first')
  const vault = createKeyVault([first, { ...first, id: 'alias' }])
  const sealed = vault.seal(place, apiKey)
  t.throws(() => vault.open({ ...place, id: '0197c0de-0000-7000-8000-000000000002' }, sealed))
  t.throws(() => vault.open({ ...place, providerId: 'anthropic' }, sealed))
  t.throws(() => vault.open(place, { ...sealed, masterKeyId: 'alias' }))
})

t.test('A-18 one changed byte, a cut or another master key does not open', async (t) => {
  const vault = createKeyVault([masterKey('first')])
  const { sealed, masterKeyId } = vault.seal(place, apiKey)
  for (const position of [0, 13, sealed.length - 1]) {
    const changed = Uint8Array.from(sealed)
    changed[position] = (changed[position] ?? 0) ^ 1
    t.throws(() => vault.open(place, { sealed: changed, masterKeyId }))
  }
  for (const length of [0, 12, 20, sealed.length - 1]) t.throws(() => vault.open(place, { sealed: sealed.slice(0, length), masterKeyId }))
  t.throws(() => createKeyVault([masterKey('first')]).open(place, { sealed, masterKeyId }))
  t.throws(() => createKeyVault([masterKey('second')]).open(place, { sealed, masterKeyId }), /no master key 'first'/)
})

t.test('G4 the first master key seals, the others still open', async (t) => {
  const [old, next] = [masterKey('old'), masterKey('next')]
  const sealed = createKeyVault([old]).seal(place, apiKey)
  const vault = createKeyVault([next, old])
  t.equal(vault.currentId, 'next')
  t.equal(vault.open(place, sealed), apiKey)
  t.equal(vault.seal(place, apiKey).masterKeyId, 'next')
  t.equal(createKeyVault([]).currentId, null)
})

t.test('a key is shown so that it can be told apart and is of no use', async (t) => {
  t.equal(maskKey('sk-proj-abcdefghijkl-wxyz'), 'sk-…wxyz')
  t.equal(maskKey('AIzaSyA-aaaaaaaaaaaaaaaaaaaaaaaa-wxyz'), '…wxyz')
  t.equal(maskKey('gsk_0123456789abcdefwxyz'), 'gsk_…wxyz')
  t.equal(maskKey('short-key'), '…', 'of a short one nothing')
})

t.test('A-23 master keys are read in their order, and what is none is named without showing it', async (t) => {
  const [one, other] = [randomBytes(32), randomBytes(32)].map((bytes) => bytes.toString('base64'))
  const read = readMasterKeys(`one:${one}, other:${other}`)
  t.same(
    read.map(({ id, key }) => [id, Buffer.from(key).toString('base64')]),
    [
      ['one', one],
      ['other', other],
    ],
  )
  const zeros = Buffer.alloc(32).toString('base64')
  for (const [wrong, why] of [
    [one, /needs id:key/],
    [`one:${one},`, /needs id:key/],
    [`one:${Buffer.alloc(16, 7).toString('base64')}`, /needs id:key/],
    [`one:${zeros}`, /'one' is not random/],
    [`one:${one},one:${other}`, /a different id/],
  ] as const) {
    t.throws(() => readMasterKeys(wrong ?? ''), why)
    try {
      readMasterKeys(wrong ?? '')
    } catch (error) {
      t.notOk((error as Error).message.includes(one ?? 'missing'))
    }
  }
})
