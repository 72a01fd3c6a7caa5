import type { adminCatalogueApi } from '@parley/contracts'
import { aPrincipal, waitFor } from '@parley/testing'
import t from 'tap'
import { addLlama, aModel, anAdministrator, aProvider } from './administrator.ts'
import { startWorld } from './harness.ts'

const routes = [
  ['GET', '/models'],
  ['GET', '/models/x'],
  ['POST', '/models'],
  ['PATCH', '/models/x'],
  ['DELETE', '/models/x'],
  ['GET', '/models/x/prices'],
  ['POST', '/models/x/prices'],
  ['GET', '/providers'],
  ['GET', '/providers/health'],
  ['GET', '/providers/x'],
  ['POST', '/providers'],
  ['PATCH', '/providers/x'],
  ['DELETE', '/providers/x'],
  ['PUT', '/providers/x/key'],
  ['DELETE', '/providers/x/key'],
  ['GET', '/routes'],
  ['PUT', '/routes/auto/free'],
  ['DELETE', '/routes/auto/free'],
] as const

/** A body that each of these routes takes. */
const bodies: Record<string, object> = {
  'POST /models': aModel(),
  'PATCH /models/x': {},
  'POST /models/x/prices': { inputUsd: '1', outputUsd: '1' },
  'POST /providers': aProvider('http://llama.test'),
  'PATCH /providers/x': {},
  'PUT /providers/x/key': { key: 'a-key-of-these-tests' },
  'PUT /routes/auto/free': { targets: [{ model: 'parley-guide', priority: 1 }] },
}

t.test('A-19 the catalogue is an administrator’s to see and to change, at every one of its routes', async (t) => {
  const world = await startWorld(t)
  const document = (await (await fetch(`${world.url}/openapi.json`)).json()) as { paths: Record<string, Record<string, unknown>> }
  const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
    /^\/api\/v1\/admin\/(models|providers|routes)(\/|$)/.test(path)
      ? Object.keys(methods)
          .filter((method) => method !== 'head')
          .map((method) => [method, path])
      : [],
  )
  t.equal(documented.length, routes.length, 'all of them are in this test')
  const version = async () => (await world.deps.prisma.catalogueVersion.findFirst())?.version
  const before = await version()
  for (const [method, path] of routes) {
    const body = bodies[`${method} ${path}`]
    const send = async (headers: Record<string, string>) => {
      const response = await fetch(`${world.url}/api/v1/admin${path}`, {
        method,
        headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
        body: body && JSON.stringify(body),
      })
      return [response.status, ((await response.json()) as { code: string }).code]
    }
    t.same(await send({}), [401, 'unauthenticated'], `${method} ${path}`)
    for (const plan of ['free', 'pro'] as const) {
      t.same(await send(await world.headers(aPrincipal({ plan }))), [403, 'forbidden'], `${method} ${path} for ${plan}`)
    }
  }
  t.equal(await version(), before, 'nothing was changed')
})

t.test('C2 an administrator adds a model, changes it, and takes it out; its id comes back with the next price version', async (t) => {
  const world = await startWorld(t)
  const administrator = anAdministrator(world)
  await addLlama(administrator, world.simulator.openaiUrl)
  t.match(await administrator.ask('GET', '/models/llama'), {
    status: 200,
    body: {
      model: {
        id: 'llama',
        provider: 'our-llama',
        kind: 'chat',
        capabilities: [],
        enabled: true,
        available: true,
        simulated: false,
        price: { id: 'llama@1', inputUsd: '0.100000', cachedInputUsd: '0.100000', outputUsd: '0.400000' },
      },
    },
  })
  const changed = await administrator.ask<{ model: adminCatalogueApi.Model }>('PATCH', '/models/llama', {
    plan: 'pro',
    capabilities: ['tools'],
    vendorModel: 'llama-5',
    enabled: false,
  })
  t.match(changed.body.model, {
    plan: 'pro',
    capabilities: ['tools'],
    vendorModel: 'llama-5',
    enabled: false,
    available: false,
    name: 'Llama',
  })
  const list = await administrator.ask<{ items: adminCatalogueApi.Model[] }>('GET', '/models')
  t.match(list.body.items.at(-1), { id: 'llama', enabled: false }, 'at the end of the list, though it is off')

  t.equal((await administrator.ask('DELETE', '/models/llama')).status, 204)
  t.match(await administrator.ask('GET', '/models/llama'), { status: 404, body: { code: 'model_not_found' } })
  t.match((await world.complete({ model: 'llama', plan: 'admin' })).last, { case: 'failed', value: { code: 'model_not_allowed' } })
  t.equal((await administrator.ask('POST', '/models', aModel())).status, 201)
  t.match((await world.complete({ model: 'llama' })).last, { case: 'finished', value: { usage: { priceId: 'llama@2' } } })
})

t.test('B-2 a new price is a new version that begins now or later, and no version is ever changed', async (t) => {
  const world = await startWorld(t)
  const administrator = anAdministrator(world)
  const prices = '/models/parley-guide/prices'
  const add = (body: object) => administrator.ask<{ price: adminCatalogueApi.Price }>('POST', prices, body)
  const before = await world.complete()
  t.match(await add({ inputUsd: '0.2', cachedInputUsd: '0.02', outputUsd: '0.000001' }), {
    status: 201,
    body: { price: { id: 'parley-guide@2', inputUsd: '0.200000', cachedInputUsd: '0.020000', outputUsd: '0.000001' } },
  })
  const planned = await add({ inputUsd: '9', outputUsd: '9', validFrom: new Date(Date.now() + 3_600_000).toISOString() })
  t.match(planned.body.price, { version: 3 })
  const past = await add({ inputUsd: '0.3', outputUsd: '0.3', validFrom: '2020-01-01T00:00:00Z' })
  t.ok(new Date(past.body.price.validFrom) >= new Date(past.body.price.createdAt), 'what was rated before stays as it was rated')
  const after = await world.complete()
  t.match(
    [await world.endedCall(before.callId), await world.endedCall(after.callId)],
    [{ priceId: 'parley-guide@1' }, { priceId: 'parley-guide@4' }],
  )
  const { body } = await administrator.ask<{ items: adminCatalogueApi.Price[] }>('GET', prices)
  t.same(
    body.items.map(({ version }) => version),
    [4, 3, 2, 1],
  )
  const { prisma } = world.deps
  await t.rejects(prisma.price.update({ where: { id: 'parley-guide@1' }, data: { outputMicroUsdPerMillion: 1n } }), /never changed/)
  await t.rejects(prisma.price.delete({ where: { id: 'parley-guide@3' } }), /never changed/)
})

t.test('a price that was planned counts when it begins, whatever was added for the time until then', async (t) => {
  const world = await startWorld(t, { env: { CATALOGUE_REFRESH_MS: '20', CATALOGUE_POLL_MS: '20' } })
  const administrator = anAdministrator(world)
  // In one statement: the second one begins before the first, however slow this machine is.
  await world.deps.prisma.$executeRaw`
    INSERT INTO price (id, model_id, version, input_micro_usd_per_million, cached_input_micro_usd_per_million,
      output_micro_usd_per_million, valid_from)
    SELECT 'parley-guide@' || version, 'parley-guide', version, 1, 1, 1, now() + wait
    FROM (VALUES (2, interval '500 milliseconds'), (3, interval '0')) AS planned (version, wait)`
  await waitFor('the planned price to be shown', async () => {
    const { body } = await administrator.ask<{ model: adminCatalogueApi.Model }>('GET', '/models/parley-guide')
    return body.model.price?.version === 2
  })
  const taken = waitFor('the planned price to be taken', async () => {
    const { callId } = await world.complete()
    return (await world.endedCall(callId)).priceId === 'parley-guide@2'
  })
  t.ok(await taken)
})

t.test('B-2 a price that had to wait for another change begins when it is its turn: the later version is the later price', async (t) => {
  const world = await startWorld(t)
  const { prisma } = world.deps
  const { answer, freeAt } = await prisma.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT FROM catalogue_version FOR UPDATE`
    const asked = anAdministrator(world).ask<{ price: adminCatalogueApi.Price }>('POST', '/models/parley-guide/prices', {
      inputUsd: '1',
      outputUsd: '1',
    })
    await waitFor('the other change to wait', async () => {
      const [row] = await tx.$queryRaw<{ count: number }[]>`
        SELECT count(*)::int AS count FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())`
      return row?.count === 1
    })
    const [clock] = await tx.$queryRaw<{ now: Date }[]>`SELECT date_trunc('milliseconds', clock_timestamp()) AS now`
    // In a function, so that the transaction does not wait for what waits for it.
    return { answer: () => asked, freeAt: clock?.now ?? new Date(Number.NaN) }
  })
  const { body } = await answer()
  t.ok(new Date(body.price.validFrom) >= freeAt, `${body.price.validFrom} is not before ${freeAt.toISOString()}`)
  t.match(await world.complete().then(({ callId }) => world.endedCall(callId)), { priceId: 'parley-guide@2' })
})

t.test('C1 an administrator adds a provider, renames it, and takes it out once it has no models', async (t) => {
  const world = await startWorld(t)
  const administrator = anAdministrator(world)
  await addLlama(administrator, `${world.simulator.openaiUrl}/`)
  t.match(await administrator.ask('PATCH', '/providers/our-llama', { name: 'Their Llama' }), {
    body: {
      provider: { name: 'Their Llama', baseUrl: world.simulator.openaiUrl, source: 'record', usable: true, key: { masked: 'sk-…ests' } },
    },
  })
  t.match(await administrator.ask('DELETE', '/providers/our-llama'), { status: 409, body: { code: 'provider_in_use' } })
  await administrator.ask('DELETE', '/models/llama')
  t.equal((await administrator.ask('DELETE', '/providers/our-llama')).status, 204)
  t.equal(world.deps.providers.get('our-llama'), undefined)
  t.match(await administrator.ask('DELETE', '/providers/our-llama'), { status: 404, body: { code: 'provider_not_found' } })
  await addLlama(administrator, world.simulator.openaiUrl)
  t.match((await world.complete({ model: 'llama' })).last, { case: 'finished' }, 'both come back')
})

t.test('a provider of a known vendor goes to the vendor’s own address, and needs a key to be used', async (t) => {
  const world = await startWorld(t, { env: { ANTHROPIC_SIMULATED: 'false' } })
  const administrator = anAdministrator(world)
  t.match(await administrator.ask('GET', '/providers/anthropic'), {
    body: { provider: { source: 'record', baseUrl: null, usable: false, key: null } },
  })
  t.match(await administrator.ask('PUT', '/providers/anthropic/key', { key: 'sk-ant-a-key-of-these-tests' }), {
    body: { provider: { usable: true, key: { masked: 'sk-…ests' } } },
  })
  t.match(world.deps.providers.get('anthropic')?.address, { host: 'api.anthropic.com' })
})

t.test('C3 C6 a route keeps its targets, its hedging and its cache policy, and is replaced as a whole', async (t) => {
  const world = await startWorld(t)
  const administrator = anAdministrator(world)
  await addLlama(administrator, world.simulator.openaiUrl, { plan: 'pro' })
  const policy = { lifetimeS: 604_800, maxTemperature: 0.3, scope: 'everybody' }
  const cache = { ...policy, semantic: { minSimilarity: 0.93 } }
  const targets = [
    { model: 'parley-guide', priority: 1, weight: 3 },
    { model: 'parley-guide-b', priority: 1, weight: 1 },
    { model: 'llama', priority: 2, weight: 1 },
  ]
  t.match(await administrator.ask('PUT', '/routes/auto/pro', { targets, hedged: true, cache: { ...policy, semantic: {} } }), {
    status: 200,
    body: { route: { model: 'auto', plan: 'pro', targets, hedged: true, cache } },
  })
  t.same((await administrator.ask('GET', '/routes')).body, { items: [{ model: 'auto', plan: 'pro', targets, hedged: true, cache }] })
  const found = world.deps.catalogue.current().targetsFor('auto', 'pro')
  t.match(found, { kind: 'found', isHedged: true, cache: { ...policy, minSimilarity: 0.93 } })
  t.match(world.deps.catalogue.current().targetsFor('auto', 'free'), { isHedged: false, cache: null }, 'not for the plan below')

  await administrator.ask('PUT', '/routes/auto/pro', { targets, cache: policy })
  t.match(
    await administrator.ask('GET', '/routes'),
    { body: { items: [{ cache: { ...policy, semantic: null } }] } },
    'semantic is asked for',
  )

  t.match(await administrator.ask('DELETE', '/models/llama'), { status: 409, body: { code: 'model_in_route' } })
  await administrator.ask('PUT', '/routes/auto/pro', { targets: [{ model: 'parley-guide-b', priority: 1 }] })
  t.same((await administrator.ask('GET', '/routes')).body, {
    items: [{ model: 'auto', plan: 'pro', targets: [{ model: 'parley-guide-b', priority: 1, weight: 1 }], hedged: false, cache: null }],
  })
  t.equal((await administrator.ask('DELETE', '/models/llama')).status, 204)
  t.equal((await administrator.ask('DELETE', '/routes/auto/pro')).status, 204)
  t.match(await administrator.ask('DELETE', '/routes/auto/pro'), { status: 404, body: { code: 'route_not_found' } })
})

t.test('A-23 what makes no sense is refused with what is wrong where, and nothing of it is stored', async (t) => {
  const world = await startWorld(t)
  const administrator = anAdministrator(world)
  await addLlama(administrator, world.simulator.openaiUrl, { plan: 'pro' })
  const invalid = (path: string) => ({ status: 400, body: { code: 'invalid_request', errors: [{ path }] } })
  const target = (model: string) => ({ targets: [{ model, priority: 1 }] })
  const version = async () => (await world.deps.prisma.catalogueVersion.findFirst())?.version
  const before = await version()
  const attempts: [string, string, unknown, object][] = [
    ['POST', '/models', aModel(), { status: 409, body: { code: 'model_exists' } }],
    ['POST', '/models', aModel({ id: 'auto' }), invalid('id')],
    ['POST', '/models', aModel({ id: 'a/b' }), invalid('id')],
    ['POST', '/models', aModel({ id: 'new', provider: 'nobody' }), invalid('provider')],
    ['POST', '/models', aModel({ id: 'new', maxOutputTokens: 0 }), invalid('maxOutputTokens')],
    ['POST', '/models', aModel({ id: 'new', contextWindow: 2 ** 31 }), invalid('contextWindow')],
    ['POST', '/models', aModel({ id: 'new', price: { inputUsd: '0.0000001', outputUsd: '1' } }), invalid('price.inputUsd')],
    ['POST', '/models', aModel({ id: 'new', price: { inputUsd: '1', outputUsd: '-1' } }), invalid('price.outputUsd')],
    ['PATCH', '/models/llama', { maxOutputTokens: 0 }, invalid('maxOutputTokens')],
    ['PATCH', '/models/llama', { capabilities: ['telepathy'] }, invalid('capabilities.0')],
    ['PATCH', '/models/llama', { provider: 'openai' }, { status: 400 }],
    ['PATCH', '/models/nobody', {}, { status: 404 }],
    ['POST', '/models/nobody/prices', { inputUsd: '1', outputUsd: '1' }, { status: 404 }],
    ['POST', '/providers', aProvider(world.simulator.openaiUrl), { status: 409, body: { code: 'provider_exists' } }],
    ['POST', '/providers', { ...aProvider('http://llama.test'), id: 'health' }, invalid('id')],
    ['POST', '/providers', { ...aProvider('x'), id: 'new', baseUrl: undefined }, invalid('baseUrl')],
    ['POST', '/providers', { ...aProvider('ftp://llama.test'), id: 'new' }, invalid('baseUrl')],
    ['POST', '/providers', { ...aProvider('https://user:secret@llama.test'), id: 'new' }, invalid('baseUrl')],
    ['POST', '/providers', { ...aProvider('https://llama.test?key=secret'), id: 'new' }, invalid('baseUrl')],
    ['PATCH', '/providers/our-llama', { kind: 'openai' }, { status: 400 }],
    ['PUT', '/providers/our-llama/key', { key: 'short' }, invalid('key')],
    ['PUT', '/providers/our-llama/key', { key: 'with\r\na-second-header' }, invalid('key')],
    ['PUT', '/routes/nobody/free', target('parley-guide'), { status: 404, body: { code: 'model_not_found' } }],
    ['PUT', '/routes/auto/gold', target('parley-guide'), invalid('plan')],
    ['PUT', '/routes/auto/free', target('nobody'), invalid('targets.0.model')],
    ['PUT', '/routes/auto/free', target('llama'), invalid('targets.0.model')],
    ['PUT', '/routes/auto/free', { targets: [] }, invalid('targets')],
    ['PUT', '/routes/auto/free', { targets: [...target('parley-guide').targets, ...target('parley-guide').targets] }, invalid('targets')],
    ['PUT', '/routes/auto/free', { targets: [{ model: 'parley-guide', priority: 1, weight: 0 }] }, invalid('targets.0.weight')],
  ]
  for (const [method, path, body, expected] of attempts) {
    t.match(await administrator.ask(method, path, body), expected, `${method} ${path} ${JSON.stringify(body)}`)
  }
  t.equal(await version(), before)
})

t.test('administrators who change the catalogue at the same time wait for one another: no version of a price is given twice', async (t) => {
  const world = await startWorld(t)
  const replica = await world.startReplica()
  const [here, there] = [anAdministrator(world), anAdministrator(world, replica.url)]
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      (index % 2 === 0 ? here : there).ask<{ price: adminCatalogueApi.Price }>('POST', '/models/parley-guide/prices', {
        inputUsd: '1',
        outputUsd: '1',
      }),
    ),
  )
  t.same(answers.map(({ body }) => body.price.version).sort(), [2, 3, 4, 5, 6, 7, 8, 9])
})

t.test(
  'A-21 N-1 every change of the catalogue is a fact that says who did what, and never a secret; what was refused is none',
  async (t) => {
    const world = await startWorld(t)
    const administrator = anAdministrator(world)
    const { ask } = administrator
    const told = async () =>
      (
        await world.deps.prisma.$queryRaw<{ payload: Record<string, unknown> }[]>`
      SELECT payload FROM messaging.outbox WHERE subject = 'evt.ai.catalogue.changed.v1' ORDER BY position`
      ).map(({ payload }) => payload)

    await addLlama(administrator, 'http://llama.test')
    await ask('PATCH', '/models/llama', { enabled: false, name: 'Llama 4' })
    await ask('POST', '/models/llama/prices', { inputUsd: '1', outputUsd: '2' })
    await ask('PUT', '/routes/auto/free', { targets: [{ model: 'parley-guide', priority: 1 }] })
    await ask('DELETE', '/routes/auto/free')
    await ask('DELETE', '/models/llama')
    await ask('PATCH', '/providers/our-llama', { enabled: false })
    await ask('DELETE', '/providers/our-llama/key')
    await ask('DELETE', '/providers/our-llama')
    const facts = await told()
    t.same(
      facts.map(({ action, subject, fields, enabled }) => [action, subject, ...(fields ? [fields, enabled] : [])]),
      [
        ['provider.created', 'our-llama'],
        ['model.created', 'llama'],
        ['provider_key.changed', 'our-llama'],
        ['model.changed', 'llama', ['name', 'enabled'], false],
        ['price.created', 'llama@2'],
        ['route.changed', 'auto free'],
        ['route.deleted', 'auto free'],
        ['model.deleted', 'llama'],
        ['provider.changed', 'our-llama', ['enabled'], false],
        ['provider_key.deleted', 'our-llama'],
        ['provider.deleted', 'our-llama'],
      ],
    )
    t.ok(facts.every(({ actorId }) => actorId === administrator.userId))
    t.notMatch(JSON.stringify(facts), 'sk-a-key-of-these-tests')

    await ask('POST', '/providers', aProvider('http://llama.test'))
    const before = (await told()).length
    for (const [method, path, body] of [
      ['POST', '/providers', aProvider('http://llama.test')],
      ['POST', '/models', aModel({ provider: 'nobody' })],
      ['PATCH', '/models/nothing', { enabled: false }],
      ['DELETE', '/routes/auto/pro', undefined],
      ['DELETE', '/providers/our-llama/key', undefined],
    ] as const)
      t.ok((await ask(method, path, body)).status >= 400, `${method} ${path}`)
    t.equal((await told()).length, before)
  },
)
