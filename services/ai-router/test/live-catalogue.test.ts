import { modelsApi } from '@parley/contracts'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { readConfig } from '../src/config.ts'
import { addLlama, anAdministrator } from './administrator.ts'
import { firstText, type Replica, says, startWorld, type World } from './harness.ts'

/** Longer than any test: what these tests see comes from broadcasts and from looking at the version, not from the clock. */
const NEVER_MS = '3600000'

async function isAvailable(world: World, replica: Pick<Replica, 'url'>, id: string): Promise<boolean> {
  const response = await fetch(`${replica.url}/api/v1/models`, { headers: await world.headers() })
  const { items } = modelsApi.modelList.parse(await response.json())
  return items.some((model) => model.id === id && model.available)
}

t.test('C2 what an administrator adds answers on every replica a moment later, without a restart', async (t) => {
  const world = await startWorld(t, { env: { CATALOGUE_POLL_MS: NEVER_MS, CATALOGUE_REFRESH_MS: NEVER_MS } })
  const other = await world.startReplica()
  await addLlama(anAdministrator(world), world.simulator.openaiUrl)
  t.ok(await isAvailable(world, world, 'llama'), 'at once where it was asked')
  await waitFor('the other replica', () => isAvailable(world, other, 'llama'))
  const { last } = await world.complete({ model: 'llama' })
  t.match(last, { case: 'finished', value: { model: 'llama', provider: 'our-llama', usage: { priceId: 'llama@1' } } })
  t.match(world.simulator.requests().at(-1), { model: 'llama-4' })
})

t.test('R-6 while NATS is away a kill switch counts on every replica all the same, by the version of the tables', async (t) => {
  const world = await startWorld(t, { env: { CATALOGUE_REFRESH_MS: NEVER_MS } })
  const administrator = anAdministrator(world)
  await addLlama(administrator, world.simulator.openaiUrl)
  const other = await world.startReplica()
  t.ok(await isAvailable(world, other, 'llama'))
  await world.nats.kill()
  await waitFor('NATS to be away', () => !other.deps.bus.isConnected())
  t.equal((await administrator.ask('PATCH', '/models/llama', { enabled: false })).status, 200)
  await waitFor('the model to be off', async () => !(await isAvailable(world, other, 'llama')))
  t.equal((await administrator.ask('PATCH', '/models/llama', { enabled: true })).status, 200)
  await waitFor('the model to be on again', () => isAvailable(world, other, 'llama'))
  await world.deps.prisma.provider.update({ where: { id: 'our-llama' }, data: { isEnabled: false } })
  await waitFor('a change by hand', async () => !(await isAvailable(world, other, 'llama')))
  await waitFor('a change by hand, here', async () => !(await isAvailable(world, world, 'llama')))
  await world.nats.restart()
})

t.test('R-6 every replica looks once a second, which leaves another one to read', async (t) => {
  const { CATALOGUE_POLL_MS } = readConfig({ DATABASE_URL: 'postgresql://a:b@c/d', NATS_URL: 'nats://c', PRINCIPAL_JWKS: '{}' })
  t.equal(CATALOGUE_POLL_MS, 1_000)
})

t.test('R-6 a provider or a model that is switched off gets no new call, and what runs comes to its end', async (t) => {
  const world = await startWorld(t)
  const administrator = anAdministrator(world)
  await addLlama(administrator, world.simulator.openaiUrl)
  for (const path of ['/models/llama', '/providers/our-llama']) {
    const running = await firstText(await world.send({ ...says(`[[tokens=60 tps=60]] ${path}`), model: 'llama' }))
    t.equal((await administrator.ask('PATCH', path, { enabled: false })).status, 200)
    const asked = world.simulator.requests().length
    t.match((await world.complete({ model: 'llama' })).last, { case: 'failed', value: { code: 'model_not_allowed' } }, path)
    t.equal(world.simulator.requests().length, asked, 'no new call')
    t.match((await running.rest()).last, { case: 'finished', value: { model: 'llama' } }, 'the running one ends')
    t.equal((await administrator.ask('PATCH', path, { enabled: true })).status, 200)
    t.match((await world.complete({ model: 'llama' })).last, { case: 'finished', value: { model: 'llama' } })
  }
})

t.test('R-6 what stands in is not asked either when it was switched off while another model was tried', async (t) => {
  const switchedOff = Promise.withResolvers<void>()
  const world = await startWorld(t, {
    answer: async () => {
      await switchedOff.promise
      return { text: '', fault: { kind: 'status', status: 500 } }
    },
  })
  const answer = world.complete({ model: 'parley-guide' })
  await world.simulator.waitForRequest(({ model }) => model === 'parley-guide')
  t.equal((await anAdministrator(world).ask('PATCH', '/models/parley-guide-b', { enabled: false })).status, 200)
  switchedOff.resolve()
  t.match((await answer).last, { case: 'failed' })
  t.notOk(world.simulator.requests().some(({ model }) => model === 'parley-guide-b'))
})

t.test('C3 a route says who answers, for a model and for auto, and passes by what is switched off', async (t) => {
  const world = await startWorld(t)
  const administrator = anAdministrator(world)
  await addLlama(administrator, world.simulator.openaiUrl)
  const targets = [
    { model: 'llama', priority: 1 },
    { model: 'parley-guide-b', priority: 2 },
  ]
  for (const model of ['auto', 'parley-guide']) {
    t.equal((await administrator.ask('PUT', `/routes/${model}/free`, { targets })).status, 200)
    t.match((await world.complete({ model })).last, { case: 'finished', value: { model: 'llama' } }, model)
  }
  await administrator.ask('PATCH', '/providers/our-llama', { enabled: false })
  for (const model of ['auto', 'parley-guide']) {
    t.match((await world.complete({ model })).last, { case: 'finished', value: { model: 'parley-guide-b' } }, model)
    t.equal((await administrator.ask('DELETE', `/routes/${model}/free`)).status, 204)
    t.match((await world.complete({ model })).last, { case: 'finished', value: { model: 'parley-guide' } }, 'the default again')
  }
})

t.test('F-8 while Postgres is away the catalogue stays as it was, and is looked at again afterwards', async (t) => {
  const world = await startWorld(t, { env: { CATALOGUE_POLL_MS: '20' } })
  const administrator = anAdministrator(world)
  const replica = await world.startReplica()
  await addLlama(administrator, world.simulator.openaiUrl)
  await waitFor('the model', () => isAvailable(world, replica, 'llama'))
  world.database.shut()
  await waitFor('the report', () => replica.log.some((line) => line.includes('the catalogue could not be read again')))
  t.ok(await isAvailable(world, replica, 'llama'))
  world.database.open()
  t.equal((await administrator.ask('PATCH', '/models/llama', { enabled: false })).status, 200)
  await waitFor('the change', async () => !(await isAvailable(world, replica, 'llama')))
})
