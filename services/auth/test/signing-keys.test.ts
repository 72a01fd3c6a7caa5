import { createLogger } from '@parley/telemetry'
import t from 'tap'
import { readConfig } from '../src/config.ts'
import { openDeps } from '../src/deps.ts'
import { createKeyEncryption } from '../src/signing-keys/key-encryption.ts'
import { refreshKeyRing } from '../src/signing-keys/signing-keys.ts'
import { secrets, startAuth, type World } from './harness.ts'

const logger = createLogger({ name: 'auth', level: 'silent' })
const ages = { settleS: 120, lifetimeS: 90 * 86_400, publishedAfterRetirementS: 1_500 }

async function aWorld(t: { teardown(close: () => Promise<void>): void }): Promise<World> {
  const auth = await startAuth()
  t.teardown(auth.close)
  return auth
}

const refresh = ({ deps }: World, keyEncryptionKey = secrets.KEY_ENCRYPTION_KEY) =>
  refreshKeyRing({ transact: deps.transact, encryption: createKeyEncryption(keyEncryptionKey), ages })

const age = ({ sql }: World, interval: string) => sql('UPDATE signing_key SET created_at = created_at - $1::interval', [interval])

t.test('A-2 replicas that start at once make one key between them', async (t) => {
  const auth = await aWorld(t)
  await auth.sql('DELETE FROM signing_key')
  const rings = await Promise.all(Array.from({ length: 6 }, () => refresh(auth)))
  t.equal((await auth.sql('SELECT kid FROM signing_key')).length, 1)
  t.equal(new Set(rings.map(({ signing }) => signing.kid)).size, 1)
})

t.test('A-2 a key that is old gets a successor, which is published before it signs; the old one stays published', async (t) => {
  const auth = await aWorld(t)
  const first = (await refresh(auth)).signing.kid
  await age(auth, '91 days')
  const announced = await refresh(auth)
  t.equal(announced.signing.kid, first, 'the old key goes on signing')
  t.equal(announced.published.length, 2, 'the new one is published')

  await age(auth, '3 minutes')
  const switched = await refresh(auth)
  t.not(switched.signing.kid, first, 'the new key signs')
  await refresh(auth)
  t.equal((await refresh(auth)).published.length, 2, 'tokens of the old one are still valid')

  await auth.sql("UPDATE signing_key SET retired_at = retired_at - interval '1 hour' WHERE kid = $1", [first])
  t.same(
    (await refresh(auth)).published.map(({ kid }) => kid),
    [switched.signing.kid],
    'until the last has expired',
  )
})

t.test('A-18 the private key is encrypted at rest; another KEY_ENCRYPTION_KEY stops the service with the reason', async (t) => {
  const auth = await aWorld(t)
  const [row] = await auth.sql<{ stored: string }>(
    "SELECT encode(private_jwk_sealed, 'escape') || public_jwk::text AS stored FROM signing_key",
  )
  t.notOk(row?.stored.includes(auth.deps.keyRing.current().signing.d ?? 'missing'))
  await t.rejects(refresh(auth, 'a different key of the same length'), { message: /KEY_ENCRYPTION_KEY does not open/ })
})

t.test('A-18 private keys swapped between rows do not open', async (t) => {
  const auth = await aWorld(t)
  await age(auth, '91 days')
  await refresh(auth)
  await auth.sql(`UPDATE signing_key a SET private_jwk_sealed = b.private_jwk_sealed FROM signing_key b WHERE a.kid <> b.kid`)
  await t.rejects(refresh(auth), { message: /KEY_ENCRYPTION_KEY does not open/ })
})

t.test('A-2 a second replica signs with the same key and accepts the first one’s sessions', async (t) => {
  const auth = await aWorld(t)
  const second = await openDeps(readConfig(auth.settings), logger)
  t.equal(second.keyRing.current().signing.kid, auth.deps.keyRing.current().signing.kid)
  await second.drain()
  await second.close()
})
