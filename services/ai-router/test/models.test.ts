import { broadcasts, modelsApi } from '@parley/contracts'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { seedModels } from '../src/catalogue/default-catalogue.ts'
import { startWorld, type World } from './harness.ts'

async function list(world: World): Promise<modelsApi.Model[]> {
  const response = await fetch(`${world.url}/api/v1/models`, { headers: await world.headers() })
  return modelsApi.modelList.parse(await response.json()).items
}

t.test('C2 the list says what there is, what it costs and what can be used', async (t) => {
  const world = await startWorld(t, { env: { OPENAI_SIMULATED: 'false', OPENAI_API_KEY: 'a-key-for-these-tests' } })
  const items = await list(world)
  t.same(
    items.map(({ id, available }) => [id, available]),
    [
      ['gpt-5.4-nano', true],
      ['gpt-5.4-mini', true],
      ['gpt-5.5', true],
      ['claude-haiku-4-5', false],
      ['claude-sonnet-5', false],
      ['claude-opus-5', false],
      ['gemini-3.1-flash-lite', false],
      ['gemini-3.8-flash', false],
      ['command-r7b', false],
      ['command-a', false],
      ['parley-guide-b', true],
    ],
  )
  t.match(items[0], {
    name: 'GPT-5.4 nano',
    provider: 'openai',
    plan: 'free',
    isDefault: true,
    simulated: false,
    pricing: { inputUsd: '0.200000', outputUsd: '1.250000', cachedInputUsd: '0.020000' },
  })
  t.match(items.at(-1), { name: 'Parley Guide (simulated, Anthropic API)', simulated: true, isDefault: false })
})

t.test('without keys the simulated guide is the default, and says what it is', async (t) => {
  const items = await list(await startWorld(t))
  t.match(
    items.find(({ isDefault }) => isDefault),
    { id: 'parley-guide', name: 'Parley Guide (simulated)', simulated: true },
  )
})

t.test('the list does not change from one answer to the next, so that its ETag holds', async (t) => {
  const world = await startWorld(t)
  const read = async () => (await fetch(`${world.url}/api/v1/models`, { headers: await world.headers() })).text()
  t.equal(await read(), await read())
})

t.test('C2 a new price version counts from the broadcast on, without a restart, and old calls keep theirs', async (t) => {
  const world = await startWorld(t)
  const before = await world.complete()
  await world.deps.prisma.price.create({
    data: {
      id: 'parley-guide@2',
      modelId: 'parley-guide',
      version: 2,
      inputMicroUsdPerMillion: 9_000_000n,
      cachedInputMicroUsdPerMillion: 9_000_000n,
      outputMicroUsdPerMillion: 9_000_000n,
      validFrom: new Date(Date.now() - 60_000),
    },
  })
  world.deps.bus.broadcast(broadcasts.catalogueChanged)
  await waitFor('the new price', async () => (await list(world)).find(({ pricing }) => pricing.inputUsd === '9.000000'))
  const after = await world.complete()
  t.match(
    [await world.endedCall(before.callId), await world.endedCall(after.callId)],
    [{ priceId: 'parley-guide@1' }, { priceId: 'parley-guide@2' }],
  )
})

t.test('a price of the future is not the price yet', async (t) => {
  const world = await startWorld(t)
  await world.deps.prisma.price.create({
    data: {
      id: 'parley-guide@2',
      modelId: 'parley-guide',
      version: 2,
      inputMicroUsdPerMillion: 1n,
      cachedInputMicroUsdPerMillion: 1n,
      outputMicroUsdPerMillion: 1n,
      validFrom: new Date(Date.now() + 3_600_000),
    },
  })
  await world.deps.catalogue.refresh()
  t.match(
    (await list(world)).find(({ id }) => id === 'parley-guide'),
    { pricing: { inputUsd: '0.100000' } },
  )
})

t.test('seeding again adds what is missing and leaves what an operator changed', async (t) => {
  const world = await startWorld(t)
  const { prisma } = world.deps
  await prisma.model.update({ where: { id: 'gpt-5.5' }, data: { plan: 'free', isEnabled: false } })
  const { createCatalogueStore } = await import('../src/catalogue/catalogue.store.ts')
  const store = createCatalogueStore(prisma)
  await Promise.all([store.seed(), store.seed()])
  t.match(await prisma.model.findUnique({ where: { id: 'gpt-5.5' } }), { plan: 'free', isEnabled: false })
  t.equal(await prisma.price.count(), seedModels.flatMap(({ prices }) => prices).length)
  t.match(
    (await store.read()).models.find(({ id }) => id === 'gpt-5.5'),
    { plan: 'free', isEnabled: false },
  )
})
