import t from 'tap'
import { createCatalogue, type Model, type ProviderMode } from './catalogue.ts'

const model = (id: string, provider: string, rest: Partial<Model> = {}): Model => ({
  id,
  provider,
  name: id,
  vendorModel: id,
  kind: 'chat',
  capabilities: [],
  contextWindow: 1000,
  maxOutputTokens: 100,
  plan: 'free',
  isSimulated: false,
  acceptsPrefill: false,
  defaultRank: null,
  isEnabled: true,
  price: { id: `${id}@1`, inputMicroUsdPerMillion: 1n, cachedInputMicroUsdPerMillion: 1n, outputMicroUsdPerMillion: 1n },
  ...rest,
})
const models = [
  model('nano', 'openai', { defaultRank: 1 }),
  model('mini', 'openai'),
  model('big', 'openai', { plan: 'pro' }),
  model('haiku', 'anthropic', { defaultRank: 2 }),
  model('opus', 'anthropic', { plan: 'pro' }),
  model('guide', 'openai', { isSimulated: true, defaultRank: 3 }),
  model('guide-b', 'anthropic', { isSimulated: true, defaultRank: 4 }),
]
const catalogueWith = (modes: Record<string, ReturnType<ProviderMode>>) => createCatalogue(models, (provider) => modes[provider])
const bothReal = catalogueWith({ openai: 'real', anthropic: 'real' })
const bothSimulated = catalogueWith({ openai: 'simulated', anthropic: 'simulated' })
const mixed = catalogueWith({ openai: 'simulated', anthropic: 'real' })

const ids = (targets: ReturnType<typeof bothReal.targetsFor>) =>
  targets.kind === 'found' ? targets.targets.map(({ id }) => id) : targets.kind

t.test('a model is available if its provider is configured and both are real or both simulated', async (t) => {
  const available = (catalogue: typeof mixed) => catalogue.list().flatMap(({ id, isAvailable }) => (isAvailable ? [id] : []))
  t.same(available(bothReal), ['nano', 'mini', 'big', 'haiku', 'opus'])
  t.same(available(bothSimulated), ['guide', 'guide-b'])
  t.same(available(mixed), ['haiku', 'opus', 'guide'])
  t.same(available(catalogueWith({ anthropic: 'real' })), ['haiku', 'opus'])
  t.same(available(catalogueWith({})), [])
})

t.test('simulated models are listed only where their provider is simulated', async (t) => {
  t.same(
    mixed.list().map(({ id }) => id),
    ['nano', 'mini', 'big', 'haiku', 'opus', 'guide'],
  )
  t.notOk(bothReal.list().some(({ isSimulated }) => isSimulated))
})

t.test('the default is the available model of the lowest rank, and there is one', async (t) => {
  const defaults = (catalogue: typeof mixed) => catalogue.list().flatMap(({ id, isDefault }) => (isDefault ? [id] : []))
  t.same(defaults(bothReal), ['nano'])
  t.same(defaults(bothSimulated), ['guide'])
  t.same(defaults(mixed), ['haiku'], 'a real model before a simulated one')
  t.same(defaults(catalogueWith({})), [])
})

t.test('auto and no model mean the default', async (t) => {
  t.equal(ids(bothReal.targetsFor('auto', 'free'))[0], 'nano')
  t.equal(ids(bothReal.targetsFor('', 'pro'))[0], 'nano')
  t.equal(ids(catalogueWith({}).targetsFor('auto', 'free')), 'none_configured')
})

t.test('C10 a model above the plan, an unknown one and one without a provider are not allowed', async (t) => {
  t.equal(ids(bothReal.targetsFor('big', 'free')), 'not_allowed')
  t.equal(ids(bothReal.targetsFor('gpt-none', 'admin')), 'not_allowed')
  t.equal(ids(bothSimulated.targetsFor('nano', 'free')), 'not_allowed')
  t.equal(ids(bothReal.targetsFor('guide', 'admin')), 'not_allowed')
  t.same(ids(bothReal.targetsFor('big', 'pro'))[0], 'big')
  t.same(ids(bothReal.targetsFor('big', 'admin'))[0], 'big')
})

t.test('only a model of the same plan, equally real, of another provider stands in', async (t) => {
  t.same(ids(bothReal.targetsFor('nano', 'pro')), ['nano', 'haiku'])
  t.same(ids(bothReal.targetsFor('big', 'pro')), ['big', 'opus'])
  t.same(ids(bothSimulated.targetsFor('guide-b', 'free')), ['guide-b', 'guide'])
  t.same(ids(mixed.targetsFor('guide', 'free')), ['guide'])
})

t.test(
  'the platform’s own calls go to the cheapest model, whatever the plan and the rank, and to a real one where there is one',
  async (t) => {
    const priced = (id: string, provider: string, input: bigint, output: bigint, rest: Partial<Model> = {}) =>
      model(id, provider, {
        price: { id: `${id}@1`, inputMicroUsdPerMillion: input, cachedInputMicroUsdPerMillion: 0n, outputMicroUsdPerMillion: output },
        ...rest,
      })
    const priceList = [
      priced('default', 'openai', 200n, 1250n, { defaultRank: 1 }),
      priced('chatty', 'openai', 90n, 9000n),
      priced('frugal', 'anthropic', 100n, 400n, { plan: 'pro' }),
      priced('guide', 'simulator', 1n, 1n, { isSimulated: true }),
    ]
    const cheapest = (modes: Record<string, ReturnType<ProviderMode>>) =>
      ids(createCatalogue(priceList, (provider) => modes[provider]).cheapestTargets())
    t.same(cheapest({ openai: 'real', anthropic: 'real', simulator: 'simulated' }), ['frugal', 'default', 'chatty'])
    t.same(cheapest({ openai: 'real', simulator: 'simulated' }), ['default'], 'what a summary costs is mostly what it reads')
    t.same(cheapest({ simulator: 'simulated' }), ['guide'])
    t.equal(cheapest({}), 'none_configured')
  },
)
