import { randomBytes } from 'node:crypto'
import type { adminCatalogueApi } from '@parley/contracts'
import t from 'tap'
import { v7 as newId } from 'uuid'
import { createProviderKeyStore } from '../src/catalogue/admin/provider-keys.store.ts'
import { createKeyVault } from '../src/catalogue/key-vault.ts'
import { readMasterKeys } from '../src/catalogue/master-keys.ts'
import { addLlama, addLlamaWithoutKey, anAdministrator, aProvider } from './administrator.ts'
import { startWorld, type World } from './harness.ts'
import { startLlamaEndpoint } from './llama-endpoint.ts'

const KEY = 'sk-a-key-that-nobody-else-has-7f3a'
const aMasterKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`

type ProviderReply = { provider: adminCatalogueApi.Provider }

/** All rows of all tables, as a dump has them. */
async function dump({ deps: { prisma } }: World): Promise<string> {
  const tables = await prisma.$queryRaw<{ name: string }[]>`
    SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name FROM information_schema.tables
    WHERE table_schema IN ('public', 'messaging') AND table_type = 'BASE TABLE'`
  const rows = await Promise.all(
    tables.map(({ name }) => prisma.$queryRawUnsafe<{ row: string }[]>(`SELECT row_to_json(r)::text AS row FROM ${name} r`)),
  )
  return rows
    .flat()
    .map(({ row }) => row)
    .join('\n')
}

t.test('C1 A-18 a key that an administrator adds is what the vendor is asked with, from then on and on every replica', async (t) => {
  const world = await startWorld(t)
  const endpoint = await startLlamaEndpoint(t)
  const administrator = anAdministrator(world)
  await addLlamaWithoutKey(administrator, endpoint.url)
  await world.complete({ model: 'llama' })
  t.same(endpoint.authorizations, [undefined], 'no key yet')

  const put = await administrator.ask<ProviderReply>('PUT', '/providers/our-llama/key', { key: KEY })
  t.match(put, {
    status: 200,
    body: { provider: { usable: true, key: { masked: 'sk-…7f3a', masterKeyId: 'first', createdBy: administrator.userId } } },
  })
  await world.complete({ model: 'llama' })
  t.equal(endpoint.authorizations.at(-1), `Bearer ${KEY}`)

  t.equal((await administrator.ask('PUT', '/providers/our-llama/key', { key: 'another-key-of-theirs-1b2c' })).status, 200)
  await world.complete({ model: 'llama' })
  t.equal(endpoint.authorizations.at(-1), 'Bearer another-key-of-theirs-1b2c')

  const replica = await world.startReplica()
  t.ok(replica.deps.providers.get('our-llama'))
  t.equal((await administrator.ask('DELETE', '/providers/our-llama/key')).status, 204)
  await world.complete({ model: 'llama' })
  t.equal(endpoint.authorizations.at(-1), undefined)
  t.match(await administrator.ask('DELETE', '/providers/our-llama/key'), { status: 404, body: { code: 'provider_key_not_found' } })
})

t.test('A-18 a provider’s key stands in no dump, no log and no answer', async (t) => {
  const world = await startWorld(t)
  const administrator = anAdministrator(world)
  const replica = await world.startReplica({ LOG_LEVEL: 'trace' })
  const there = anAdministrator(world, replica.url)
  await addLlama(there, world.simulator.openaiUrl)
  const put = await there.ask('PUT', '/providers/our-llama/key', { key: KEY })
  t.equal(put.status, 200)
  const refused = await there.ask('PUT', '/providers/our-llama/key', { key: `${KEY} with a space` })
  t.match(refused, { status: 400, body: { code: 'invalid_request', errors: [{ path: 'key' }] } })
  const unknown = await there.ask('PUT', '/providers/nobody/key', { key: KEY })
  t.match(unknown, { status: 404, body: { code: 'provider_not_found' } })
  const list = await administrator.ask('GET', '/providers')
  const dumped = await dump(world)
  t.match(dumped, 'our-llama', 'the control: the dump has what is not secret')
  t.match(dumped, 'provider_key.changed', 'and so is who did what')
  t.match(dumped, there.userId)
  t.match(replica.log.join(''), '/api/v1/admin/providers/:id/key', 'the control: the log has what was asked')
  const [master] = readMasterKeys(aMasterKey('x'))
  t.ok(master)
  for (const [where, text] of Object.entries({
    dumped,
    log: replica.log.join(''),
    answers: JSON.stringify([put, refused, unknown, list]),
  })) {
    for (const spelling of [KEY, Buffer.from(KEY).toString('hex'), Buffer.from(KEY).toString('base64').slice(0, -2)]) {
      t.notOk(text.includes(spelling), `${where}: ${spelling}`)
    }
  }
})

t.test('A-18 keys swapped between rows do not open: those providers cannot be used, the others can', async (t) => {
  const world = await startWorld(t)
  const administrator = anAdministrator(world)
  for (const id of ['one', 'other', 'third']) {
    await administrator.ask('POST', '/providers', { ...aProvider(world.simulator.openaiUrl), id })
    t.match(await administrator.ask('PUT', `/providers/${id}/key`, { key: `${KEY}-${id}` }), { body: { provider: { usable: true } } })
  }
  const { prisma, catalogue, providers } = world.deps
  const [one, other] = await Promise.all(
    ['one', 'other'].map((providerId) => prisma.providerKey.findUniqueOrThrow({ where: { providerId } })),
  )
  if (!one || !other) throw new Error('no keys')
  await prisma.providerKey.update({ where: { id: one.id }, data: { sealed: other.sealed } })
  await prisma.providerKey.update({ where: { id: other.id }, data: { sealed: one.sealed } })
  await catalogue.refresh()
  t.same(
    ['one', 'other', 'third'].map((id) => providers.modeOf(id)),
    [undefined, undefined, 'real'],
  )
  t.match(await administrator.ask('GET', '/providers/one'), { status: 200, body: { provider: { usable: false } } })
  await prisma.$transaction([
    prisma.providerKey.deleteMany({ where: { id: one.id } }),
    prisma.providerKey.update({ where: { id: other.id }, data: { providerId: 'one' } }),
  ])
  await catalogue.refresh()
  t.equal(providers.modeOf('one'), undefined, 'a whole row moved to another provider')
})

t.test('G4 a master key is rotated in three steps, and at none of them a provider is without its key', async (t) => {
  const [old, next] = [aMasterKey('old'), aMasterKey('next')]
  const world = await startWorld(t, { env: { PROVIDER_KEY_ENCRYPTION_KEYS: old } })
  const endpoint = await startLlamaEndpoint(t)
  const administrator = anAdministrator(world)
  await addLlama(administrator, endpoint.url)
  await administrator.ask('PUT', '/providers/our-llama/key', { key: KEY })
  const masterKeyId = async () =>
    (await world.deps.prisma.providerKey.findUniqueOrThrow({ where: { providerId: 'our-llama' } })).masterKeyId

  const first = await world.startReplica({ PROVIDER_KEY_ENCRYPTION_KEYS: `${old},${next}` })
  t.equal(await masterKeyId(), 'old', 'known, not used yet')
  const second = await world.startReplica({ PROVIDER_KEY_ENCRYPTION_KEYS: `${next},${old}` })
  t.equal(await masterKeyId(), 'next', 'everything is encrypted anew at the start')
  await first.deps.catalogue.refresh()
  t.equal(first.deps.providers.modeOf('our-llama'), 'real', 'replicas of the first step read it')
  const third = await world.startReplica({ PROVIDER_KEY_ENCRYPTION_KEYS: next })
  for (const { deps } of [second, third]) t.equal(deps.providers.modeOf('our-llama'), 'real')

  const lost = await world.startReplica({ PROVIDER_KEY_ENCRYPTION_KEYS: aMasterKey('lost') })
  t.equal(lost.deps.providers.modeOf('our-llama'), undefined)
  t.match(lost.log.join(''), /do not open with PROVIDER_KEY_ENCRYPTION_KEYS/)
  t.equal(await masterKeyId(), 'next', 'what does not open stays as it is')
})

t.test('G4 several replicas encrypt anew at the same time, and the key stays what it was', async (t) => {
  const world = await startWorld(t)
  const [old, next] = [aMasterKey('old'), aMasterKey('next')]
  const { prisma } = world.deps
  await prisma.provider.create({ data: { id: 'our-llama', name: 'Our Llama' } })
  await createProviderKeyStore(prisma, createKeyVault(readMasterKeys(old))).put('our-llama', KEY, newId())
  const vault = createKeyVault(readMasterKeys(`${next},${old}`))
  const counts = await Promise.all([1, 2, 3].map(() => createProviderKeyStore(prisma, vault).reseal()))
  t.equal(
    counts.reduce((sum, { resealed }) => sum + resealed, 0),
    1,
  )
  const row = await prisma.providerKey.findUniqueOrThrow({ where: { providerId: 'our-llama' } })
  t.equal(vault.open(row, row), KEY)
})

t.test('A-18 a new address forgets the key, so that no address set later can catch it', async (t) => {
  const world = await startWorld(t)
  const endpoint = await startLlamaEndpoint(t)
  const administrator = anAdministrator(world)
  await addLlama(administrator, world.simulator.openaiUrl)
  await administrator.ask('PUT', '/providers/our-llama/key', { key: KEY })
  t.match(
    await administrator.ask('PATCH', '/providers/our-llama', { name: 'Renamed', baseUrl: world.simulator.openaiUrl }),
    {
      body: { provider: { key: { masked: 'sk-…7f3a' } } },
    },
    'the same address keeps it',
  )
  t.match(await administrator.ask('PATCH', '/providers/our-llama', { baseUrl: endpoint.url }), { body: { provider: { key: null } } })
  await world.complete({ model: 'llama' })
  t.equal(endpoint.authorizations.length, 1)
  t.equal(endpoint.authorizations[0], undefined)
})

t.test('what the environment sets up, it alone changes; its key is shown masked', async (t) => {
  const world = await startWorld(t, { env: { OPENAI_SIMULATED: 'false', OPENAI_API_KEY: 'sk-of-the-environment-9z8y' } })
  const administrator = anAdministrator(world)
  t.match(await administrator.ask('GET', '/providers/openai'), {
    body: {
      provider: {
        source: 'environment',
        baseUrl: world.simulator.openaiUrl,
        usable: true,
        simulated: false,
        key: { masked: 'sk-…9z8y', masterKeyId: null },
      },
    },
  })
  t.match(await administrator.ask('GET', '/providers/anthropic'), {
    body: { provider: { source: 'environment', simulated: true, key: null } },
  })
  for (const [method, path, body] of [
    ['PUT', '/providers/openai/key', { key: KEY }],
    ['DELETE', '/providers/openai/key', undefined],
    ['PATCH', '/providers/openai', { baseUrl: 'https://elsewhere.test/v1' }],
  ] as const) {
    t.match(await administrator.ask(method, path, body), { status: 409, body: { code: 'provider_from_environment' } }, `${method} ${path}`)
  }
  t.equal((await administrator.ask('PATCH', '/providers/openai', { enabled: false })).status, 200, 'the kill switch is the administrator’s')
  t.match((await world.complete({ model: 'gpt-5.4-nano' })).last, { case: 'failed', value: { code: 'model_not_allowed' } })
})

t.test('an installation without a master key keeps no keys and says so', async (t) => {
  const world = await startWorld(t, { env: { PROVIDER_KEY_ENCRYPTION_KEYS: '' } })
  const endpoint = await startLlamaEndpoint(t)
  const administrator = anAdministrator(world)
  await addLlamaWithoutKey(administrator, endpoint.url)
  t.match(await administrator.ask('PUT', '/providers/our-llama/key', { key: KEY }), { status: 409, body: { code: 'provider_keys_off' } })
  t.match((await world.complete({ model: 'llama' })).last, { case: 'finished' }, 'a provider that asks for none works')
})
