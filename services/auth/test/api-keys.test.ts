import { requests } from '@parley/contracts'
import { call } from '@parley/messaging'
import { apiKeyHash, createApiKey } from '@parley/principal'
import t from 'tap'
import { v7 as newId } from 'uuid'
import { purgeStore } from '../src/retention/purge.store.ts'
import { startAuth } from './harness.ts'

const auth = await startAuth({ API_KEYS_PER_ACCOUNT: '3' })
t.teardown(auth.close)

type Person = Awaited<ReturnType<typeof auth.signUp>>

const create = (person: Person, fields: object = {}) =>
  auth.ask('POST', '/api/v1/me/api-keys', { body: { name: 'a script', scopes: ['chat', 'models'], ...fields }, as: person })
const list = async (person: Person) => (await auth.ask('GET', '/api/v1/me/api-keys', { as: person })).body.items
const revoke = (person: Person, id: string) => auth.ask('DELETE', `/api/v1/me/api-keys/${id}`, { as: person })
const verify = (key: string) => call(auth.outside, requests.verifyApiKey, { keyHash: apiKeyHash(key) ?? undefined }, { timeoutMs: 5_000 })

t.test('A7 a key is shown once and says whose it is and what it may do', async (t) => {
  const ada = await auth.signUp()
  const { status, headers, body } = await create(ada, { name: '  my script ' })
  t.equal(status, 201)
  t.equal(headers['cache-control'], 'no-store')
  t.same(Object.keys(body).toSorted(), ['id', 'key'])

  t.match(await verify(body.key), { valid: true, keyId: body.id, userId: ada.id, role: 'user', plan: 'free', scopes: ['chat', 'models'] })
  const [shown] = await list(ada)
  t.match(shown, { id: body.id, name: 'my script', scopes: ['chat', 'models'], expiresAt: null, createdAt: String, lastUsedAt: String })
  t.ok(body.key.startsWith(shown.prefix))
  t.notOk(JSON.stringify(shown).includes(body.key), 'never again')
  t.match(await verify(createApiKey().text), { valid: false })
})

t.test('A7 the use of a key is written down at most once a minute', async (t) => {
  const ada = await auth.signUp()
  const { id, key } = (await create(ada)).body
  t.equal((await list(ada))[0].lastUsedAt, null, 'never used')
  const usedAt = async () => (await auth.sql<{ at: string }>('SELECT last_used_at::text AS at FROM api_key WHERE id = $1', [id]))[0]?.at
  await verify(key)
  const first = await usedAt()
  await verify(key)
  t.equal(await usedAt(), first)
  await auth.sql("UPDATE api_key SET last_used_at = last_used_at - interval '61 seconds' WHERE id = $1", [id])
  await verify(key)
  t.not(await usedAt(), first)
})

t.test('A-4 a revoked key is void at once, the others learn of it, and it is in nobody’s list', async (t) => {
  const [ada, bob] = [await auth.signUp(), await auth.signUp()]
  const { id, key } = (await create(ada)).body
  t.match(await revoke(bob, id), { status: 404, body: { code: 'api_key_not_found' } }, 'somebody else’s key is not there')
  t.match(await verify(key), { valid: true })

  t.equal((await revoke(ada, id)).status, 204)
  t.match(await verify(key), { valid: false })
  t.match(await auth.events.next('evt.auth.apikey.revoked.v1', { userId: ada.id }), { keyId: id })
  t.same(await list(ada), [])
  t.match(await revoke(ada, id), { status: 404 }, 'twice')
})

t.test('A7 a key expires by itself', async (t) => {
  const ada = await auth.signUp()
  const { id, key } = (await create(ada, { expiresAt: new Date(Date.now() + 3_600_000).toISOString() })).body
  t.match(await verify(key), { valid: true, expiresAt: { seconds: BigInt } })
  await auth.sql("UPDATE api_key SET expires_at = now() - interval '1 second' WHERE id = $1", [id])
  t.match(await verify(key), { valid: false })
  t.equal((await list(ada)).length, 1, 'its owner still sees what it was')
})

t.test('A7 the limit of keys is exact, also for those made at once; a revoked one makes room', async (t) => {
  const ada = await auth.signUp()
  const made = await Promise.all(Array.from({ length: 8 }, () => create(ada)))
  t.same(made.map(({ status }) => status).toSorted(), [201, 201, 201, 409, 409, 409, 409, 409])
  t.match(made.find(({ status }) => status === 409)?.body, { code: 'too_many_api_keys', detail: /3 API keys/ })
  const [first] = await list(ada)
  await revoke(ada, first.id)
  t.equal((await create(ada)).status, 201)
})

t.test('A-19 role and plan are those of the account at this moment, and a deleted account’s keys are gone', async (t) => {
  const ada = await auth.signUp()
  const { key } = (await create(ada)).body
  await auth.sql("UPDATE user_account SET role = 'admin', plan = 'pro' WHERE id = $1", [ada.id])
  t.match(await verify(key), { valid: true, role: 'admin', plan: 'pro' })
  await auth.sql('DELETE FROM user_account WHERE id = $1', [ada.id])
  t.match(await verify(key), { valid: false })
})

t.test('A9 making and revoking a key is in the audit log, without the key', async (t) => {
  const ada = await auth.signUp()
  const { id, key } = (await create(ada)).body
  await revoke(ada, id)
  const entries = await auth.sql("SELECT action, detail FROM audit_entry WHERE subject_id = $1 AND action LIKE 'api_key.%' ORDER BY id", [
    ada.id,
  ])
  t.match(entries, [
    { action: 'api_key.created', detail: { keyId: id, scopes: ['chat', 'models'], expires: 'never' } },
    { action: 'api_key.revoked', detail: { keyId: id } },
  ])
  t.notOk(JSON.stringify(entries).includes(key))
})

t.test('A-23 what is no key is refused with what is wrong', async (t) => {
  const ada = await auth.signUp()
  const wrong = {
    'no name': { name: ' ' },
    'a name of several lines': { name: 'a\nb' },
    'NUL in a name': { name: 'a\u0000b' },
    'no scope': { scopes: [] },
    'an unknown scope': { scopes: ['admin'] },
    'a scope twice': { scopes: ['chat', 'chat'] },
    'a time that is none': { expiresAt: 'tomorrow' },
    'a time in the past': { expiresAt: '2020-01-01T00:00:00Z' },
    'the year 0': { expiresAt: '0000-01-01T00:00:00Z' },
    'an unknown field': { key: 'parley_mine' },
  }
  for (const [what, fields] of Object.entries(wrong)) {
    t.match(await create(ada, fields), { status: 400, body: { code: 'invalid_request', errors: [{ path: String }] } }, what)
  }
  t.match(await revoke(ada, 'nonsense'), { status: 400 })
  t.match(await revoke(ada, newId()), { status: 404 })
  t.match(await auth.ask('GET', '/api/v1/me/api-keys'), { status: 401 }, 'nobody')
  t.match(await call(auth.outside, requests.verifyApiKey, {}, { timeoutMs: 5_000 }), { valid: false }, 'no hash at all')
})

t.test('revoked keys are deleted after a week, others never', async (t) => {
  const ada = await auth.signUp()
  const [kept, recent, old] = [(await create(ada)).body, (await create(ada)).body, (await create(ada)).body]
  await revoke(ada, recent.id)
  await revoke(ada, old.id)
  await auth.sql("UPDATE api_key SET revoked_at = now() - interval '8 days' WHERE id = $1", [old.id])
  await purgeStore(auth.deps.prisma).purgeBatch(1_000)
  const left = await auth.sql<{ id: string }>('SELECT id FROM api_key WHERE account_id = $1', [ada.id])
  t.same(left.map(({ id }) => id).toSorted(), [kept.id, recent.id].toSorted())
})
