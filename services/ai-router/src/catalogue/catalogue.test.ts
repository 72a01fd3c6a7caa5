import t from 'tap'
import { createCatalogue, type Model, type ProviderMode } from './catalogue.ts'
import type { RouteRule } from './route-rule.ts'

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

const able = (id: string, provider: string, rest: Partial<Model> = {}) =>
  model(id, provider, { capabilities: ['tools', 'images', 'json_schema'], ...rest })
const allReal: ProviderMode = () => 'real'
const rule = (wanted: string, targets: [string, number, number?][], rest: Partial<RouteRule> = {}): RouteRule => ({
  wanted,
  plan: 'free',
  targets: targets.map(([id, priority, weight = 1]) => ({ model: id, priority, weight })),
  isHedged: false,
  cache: null,
  ...rest,
})

t.test('R-6 what is switched off is listed as not available, and is neither the default nor a target nor a stand-in', async (t) => {
  const off = models.map((one) => (one.id === 'nano' || one.id === 'opus' ? { ...one, isEnabled: false } : one))
  const catalogue = createCatalogue(off, allReal)
  t.match(
    catalogue.list().filter(({ id }) => id === 'nano' || id === 'opus'),
    [
      { isAvailable: false, isDefault: false },
      { isAvailable: false, isDefault: false },
    ],
  )
  t.same(ids(catalogue.targetsFor('auto', 'free'))[0], 'haiku')
  t.equal(ids(catalogue.targetsFor('nano', 'free')), 'not_allowed')
  t.same(ids(catalogue.targetsFor('big', 'pro')), ['big'])
  t.same([catalogue.mayAsk('nano'), catalogue.mayAsk('mini')], [false, true])
})

t.test('C10 auto passes by what cannot do what is needed; a named model that cannot is refused for that', async (t) => {
  const catalogue = createCatalogue(
    [
      model('plain', 'openai', { defaultRank: 1 }),
      able('seer', 'anthropic', { defaultRank: 2, capabilities: ['images'] }),
      able('all', 'openai', { defaultRank: 3 }),
      model('other-plain', 'cohere'),
      able('other-all', 'cohere'),
    ],
    allReal,
  )
  t.same(ids(catalogue.targetsFor('auto', 'free', { images: true }))[0], 'seer')
  t.same(ids(catalogue.targetsFor('', 'free', { tools: true }))[0], 'all')
  t.same(ids(catalogue.targetsFor('auto', 'free', { tools: true, jsonSchema: true })), ['all', 'other-all'], 'stand-ins can do it, too')
  t.same(catalogue.targetsFor('plain', 'free', { tools: true, images: true }), { kind: 'not_capable', missing: ['tools', 'images'] })
  t.same(ids(catalogue.targetsFor('plain', 'free', { tools: false })), ['plain', 'seer', 'other-plain', 'other-all'])
  t.same(catalogue.cheapestTargets({ jsonSchema: true }).kind, 'found')
  t.equal(
    ids(createCatalogue([model('plain', 'openai', { defaultRank: 1 })], allReal).targetsFor('auto', 'free', { tools: true })),
    'not_capable',
  )
})

t.test('C10 auto picks a model whose context window holds the conversation, and the widest where none does', async (t) => {
  const catalogue = createCatalogue(
    [
      model('short', 'openai', { defaultRank: 1 }),
      model('long', 'anthropic', { defaultRank: 2, contextWindow: 50_000 }),
      model('longest', 'openai', { defaultRank: 3, contextWindow: 200_000 }),
    ],
    allReal,
  )
  const auto = (tokens: number) => ids(catalogue.targetsFor('auto', 'free', { tokens }))
  t.same(auto(1_000), ['short', 'long'])
  t.same(auto(1_001), ['long', 'longest'], 'what stands in holds it, too')
  t.same(auto(50_001), ['longest'])
  t.same(auto(900_000), ['longest'], 'an estimate refuses nothing')
  t.same(ids(catalogue.targetsFor('short', 'free', { tokens: 60_000 })), ['short'], 'who names a model gets it')
  t.same(ids(catalogue.cheapestTargets({ tokens: 60_000 })), ['longest'])
})

t.test('a simulated model never does what a real one cannot', async (t) => {
  const catalogue = createCatalogue(
    [model('real', 'openai', { defaultRank: 1 }), able('guide', 'anthropic', { isSimulated: true, defaultRank: 2, contextWindow: 50_000 })],
    (provider) => (provider === 'openai' ? 'real' : 'simulated'),
  )
  t.same(ids(catalogue.targetsFor('auto', 'free', { tokens: 2_000 })), ['real'])
  t.same(ids(catalogue.targetsFor('auto', 'free', { tools: true })), 'not_capable')
  t.same(ids(catalogue.cheapestTargets({ tokens: 2_000 })), ['real'])
})

t.test('C3 a route counts instead of the default: its targets in order, without what the plan may not use', async (t) => {
  const rules = [
    rule('auto', [
      ['haiku', 2],
      ['mini', 1],
    ]),
    rule('auto', [['opus', 1]], { plan: 'pro', isHedged: true }),
    rule('nano', [
      ['nano', 1],
      ['big', 2],
      ['haiku', 3],
    ]),
    rule('haiku', [['guide', 1]]),
  ]
  const catalogue = createCatalogue(models, allReal, { rules })
  t.same(ids(catalogue.targetsFor('auto', 'free')), ['mini', 'haiku'])
  t.match(catalogue.targetsFor('', 'pro'), { targets: [{ id: 'opus' }], isHedged: true }, 'that of the plan')
  t.match(catalogue.targetsFor('auto', 'admin'), { targets: [{ id: 'opus' }] }, 'or of the next plan below')
  t.same(ids(catalogue.targetsFor('nano', 'free')), ['nano', 'haiku'])
  t.same(ids(catalogue.targetsFor('nano', 'pro')), ['nano', 'big', 'haiku'])
  t.same(ids(catalogue.targetsFor('big', 'free')), 'not_allowed', 'a route opens no model')
  t.same(ids(catalogue.targetsFor('haiku', 'free')), 'none_configured', 'nothing of the route is available')
  const defaultFor = (plan: 'free' | 'pro') => catalogue.list(plan).flatMap(({ id, isDefault }) => (isDefault ? [id] : []))
  t.same([defaultFor('free'), defaultFor('pro')], [['mini'], ['opus']])
})

t.test('C3 a route passes by what is off, cannot do it or is too small; a model that is off answers by its route', async (t) => {
  const some = [
    able('first', 'openai', { isEnabled: false }),
    model('second', 'anthropic'),
    able('third', 'anthropic', { contextWindow: 100 }),
    able('fourth', 'openai'),
  ]
  const targets: [string, number][] = [
    ['first', 1],
    ['second', 2],
    ['third', 3],
    ['fourth', 4],
  ]
  const catalogue = createCatalogue(some, allReal, { rules: [rule('first', targets), rule('second', [['second', 1]])] })
  t.same(ids(catalogue.targetsFor('first', 'free')), ['second', 'third', 'fourth'])
  t.same(ids(catalogue.targetsFor('first', 'free', { tools: true })), ['third', 'fourth'])
  t.same(ids(catalogue.targetsFor('first', 'free', { tools: true, tokens: 500 })), ['fourth'])
  t.same(catalogue.targetsFor('second', 'free', { images: true }), { kind: 'not_capable', missing: ['images'] })
})

t.test('C3 equals of a route share the first place by weight', async (t) => {
  let next = 0
  const random = () => next
  const rules = [
    rule('auto', [
      ['nano', 1, 3],
      ['haiku', 1, 1],
      ['mini', 2],
    ]),
  ]
  const catalogue = createCatalogue(models, allReal, { rules, random })
  const orders = [0, 0.74, 0.75, 0.99].map((drawn) => {
    next = drawn
    return ids(catalogue.targetsFor('auto', 'free'))
  })
  t.same(orders, [
    ['nano', 'haiku', 'mini'],
    ['nano', 'haiku', 'mini'],
    ['haiku', 'nano', 'mini'],
    ['haiku', 'nano', 'mini'],
  ])
})

t.test('C12 an embedding model answers no chat, and nothing stands in for it', async (t) => {
  const catalogue = createCatalogue(
    [
      model('chat', 'openai', { defaultRank: 2 }),
      model('vectors', 'openai', { kind: 'embedding', defaultRank: 1, maxOutputTokens: 0 }),
      model('other-vectors', 'anthropic', { kind: 'embedding', plan: 'pro' }),
    ],
    allReal,
    { rules: [rule('chat', [['vectors', 1]])] },
  )
  t.same(ids(catalogue.embeddingModel('vectors', 'free')), ['vectors'])
  t.same(ids(catalogue.embeddingModel('other-vectors', 'free')), 'not_allowed')
  t.same(ids(catalogue.embeddingModel('chat', 'pro')), 'not_allowed')
  t.same(ids(catalogue.embeddingModel('auto', 'pro')), 'not_allowed')
  t.same(['vectors', 'chat', 'auto'].map(catalogue.kindOf), ['embedding', 'chat', undefined])
  t.same(ids(catalogue.targetsFor('auto', 'free')), ['chat'])
  t.same(ids(catalogue.targetsFor('vectors', 'pro')), 'not_allowed')
  t.same(ids(catalogue.targetsFor('chat', 'free')), 'none_configured')
  t.same(ids(catalogue.cheapestTargets()), ['chat'])
})

t.test('C12 where an operator made a route for an embedding model, the route’s targets stand in for each other', async (t) => {
  const vectors = { kind: 'embedding', maxOutputTokens: 0 } as const
  const catalogue = createCatalogue(
    [
      model('vectors', 'openai', vectors),
      model('same-vectors', 'anthropic', vectors),
      model('off', 'openai', { ...vectors, isEnabled: false }),
      model('chat', 'openai'),
    ],
    allReal,
    {
      rules: [
        rule('vectors', [
          ['vectors', 1],
          ['chat', 2],
          ['same-vectors', 3],
        ]),
        rule('off', [['same-vectors', 1]]),
      ],
    },
  )
  t.same(ids(catalogue.embeddingModel('vectors', 'free')), ['vectors', 'same-vectors'])
  t.same(ids(catalogue.embeddingModel('same-vectors', 'free')), ['same-vectors'])
  t.same(ids(catalogue.embeddingModel('off', 'free')), ['same-vectors'], 'the route says where requests for it go')
})
