import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openSecrets } from './secrets.ts'

t.test('secrets are made once, differ between installations, and only their owner may read the file', async (t) => {
  const file = join(t.testdir(), 'secrets.json')
  const made = await openSecrets(file)
  t.equal(statSync(file).mode & 0o777, 0o600)
  t.same(await openSecrets(file), made, 'the second start reads what the first made')

  const other = await openSecrets(join(t.testdir(), 'other.json'))
  t.not(other.passwordPepper, made.passwordPepper)
  t.not(other.signingKeys.gateway.d, made.signingKeys.gateway.d)
  t.equal(Buffer.from(made.keyEncryptionKey, 'base64').length, 32)
  const passwords = Object.values(made.databases).flatMap(({ owner, service }) => [owner, service])
  t.equal(new Set(passwords).size, 14, 'every role of the seven databases has a password of its own')
})

t.test('what a newer version needs is added to an older installation’s file, which keeps all it has', async (t) => {
  const file = join(t.testdir(), 'secrets.json')
  const { providerKeyEncryptionKeys, ...older } = await openSecrets(file)
  writeFileSync(file, JSON.stringify(older))
  const opened = await openSecrets(file)
  const { providerKeyEncryptionKeys: added, ...kept } = opened
  t.same(kept, older)
  t.match(added, /^first:.{44}$/)
  t.not(added, providerKeyEncryptionKeys)
  t.same(await openSecrets(file), opened, 'once')
  t.equal(statSync(file).mode & 0o777, 0o600)
})

t.test('a damaged file is not written over: it may be the only key to the data', async (t) => {
  const file = join(t.testdir(), 'secrets.json')
  writeFileSync(file, '{"postgresPassword": "half of')
  await t.rejects(openSecrets(file), /cannot be read as JSON.*--fresh/)
  t.equal(readFileSync(file, 'utf8'), '{"postgresPassword": "half of')
})
