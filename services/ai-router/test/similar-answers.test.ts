import { adminCatalogueApi } from '@parley/contracts'
import { metricsText } from '@parley/telemetry'
import { aPrincipal, waitFor } from '@parley/testing'
import t, { type Test } from 'tap'
import type { CachePolicy } from '../src/catalogue/route-rule.ts'
import { type CompletionFields, changeRoutes, says, startWorld, type World } from './harness.ts'

const policy: CachePolicy = {
  lifetimeS: 604_800,
  maxTemperature: 1,
  scope: 'user',
  minSimilarity: adminCatalogueApi.DEFAULT_MIN_SIMILARITY,
}
const QUESTION = says('How do I reset the password of a Gmail account?')
const REPHRASED = says('How can you reset the password for a Gmail account?')
const IN_OTHER_WORDS = says('What is the best way to reset the password of a Gmail account?')

/** The model is loaded by the first question, and the machine is shared: nothing here is about how fast that is. */
const startPatientWorld = (t: Test) => startWorld(t, { env: { SIMILAR_ANSWER_WAIT_MS: '60000', SAFETY_KEY: 'the same on every replica' } })

const kept = ({ deps }: World, count = 1) =>
  waitFor('the question to be kept', async () => (await deps.prisma.cachedQuestion.count()) === count)

async function isCached(world: World, ...asked: Parameters<World['complete']>): Promise<boolean | undefined> {
  const { last } = await world.complete(...asked)
  if (last.case !== 'finished') throw new Error(`the answer ended as ${last.case}`)
  return last.value.usage?.cached
}

/** One world in which QUESTION was answered, under a policy. */
async function startAnswered(t: Test, change: Partial<CachePolicy> = {}, fields: Partial<CompletionFields> = QUESTION) {
  const world = await startPatientWorld(t)
  changeRoutes(world, { cache: { ...policy, ...change } })
  const first = await world.complete(fields)
  await kept(world)
  return { world, first }
}

t.test('C6 a question in other words is answered from the cache, streamed, for nothing, and metered as such', async (t) => {
  const { world, first } = await startAnswered(t)
  const second = await world.complete(IN_OTHER_WORDS)
  t.equal(second.text, first.text)
  t.equal(world.simulator.requests().length, 1)
  const nothing = { inputTokens: 0n, outputTokens: 0n, costMicroUsd: 0n, priceId: 'parley-guide@1', cached: true }
  t.match(second.last, { case: 'finished', value: { model: 'parley-guide', provider: 'openai', usage: nothing } })
  t.match(await world.fact(second.callId), { usage: nothing, wasted: [] })
  t.match(await world.endedCall(second.callId), { outcome: 'completed', isCached: true, costMicroUsd: 0n })
  t.match(await metricsText(), /parley_ai_answers_total\{source="similar"[^}]*\} 1/)
})

t.test('C6 only identical requests are answered from the cache where the policy does not say otherwise', async (t) => {
  const world = await startPatientWorld(t)
  changeRoutes(world, { cache: { ...policy, minSimilarity: null } })
  await world.complete(QUESTION)
  await waitFor('the answer to be kept', async () => (await world.deps.prisma.cachedAnswer.count()) === 1)
  t.equal(await isCached(world, IN_OTHER_WORDS), false)
  t.equal(await world.deps.prisma.cachedQuestion.count(), 0)
})

t.test('C6 a question that differs in what decides about its answer is asked, however near its meaning is', async (t) => {
  const pairs = [
    ['What will be the most wanted jobs in 10 years?', 'What will be the most wanted jobs in 20 years?'],
    ['Can I lose weight by eating rice?', 'Can I lose weight without eating rice?'],
    ['What is the weather in Orlando like in June?', 'What is the weather in Boston like in June?'],
    ['What is the translation of "love you" in German?', 'What is the translation of "my love" in German?'],
    ['How do I delete music from an iPhone via a computer?', 'How do I delete music from an iPhone?'],
    ['What is it like to move from the UK to Italy?', 'What is it like to move from Italy to the UK?'],
    ['How do I learn to sing?', 'Should I learn to sing?'],
  ] as const
  const world = await startPatientWorld(t)
  changeRoutes(world, { cache: { ...policy, minSimilarity: 0.85 } })
  for (const [index, [one, other]] of pairs.entries()) {
    await world.complete(says(one))
    await kept(world, 2 * index + 1)
    t.equal(await isCached(world, says(other)), false, other)
    await kept(world, 2 * index + 2)
  }
})

t.test('C6 nothing is given to another user where the policy says user', async (t) => {
  const { world } = await startAnswered(t)
  const stranger = aPrincipal()
  t.equal(await isCached(world, { ...REPHRASED, userId: stranger.userId }, { principal: stranger }), false)
  t.equal(await isCached(world, IN_OTHER_WORDS), true)
})

t.test('C6 where it says everybody, everybody is answered, but nothing that is personal is given to anybody', async (t) => {
  const { world } = await startAnswered(t, { scope: 'everybody' })
  const stranger = aPrincipal()
  const asStranger = (question: ReturnType<typeof says>) =>
    isCached(world, { ...question, userId: stranger.userId }, { principal: stranger })
  t.equal(await asStranger(REPHRASED), true)
  await world.complete(says('How do I tell my wife that I am in debt?'))
  t.equal(await asStranger(says('How should I tell my wife that I am in debt?')), false)
  t.equal(await world.deps.prisma.cachedQuestion.count(), 1)
})

t.test('C6 whatever an answer depends on besides its question makes another scope of it', async (t) => {
  const { world } = await startAnswered(t)
  const others = [
    { ...REPHRASED, system: 'Be brief.' },
    { ...REPHRASED, model: 'parley-guide-b' },
    { ...REPHRASED, maxOutputTokens: 100 },
    { messages: [{ role: 'ROLE_USER', text: 'Hi' }, { role: 'ROLE_ASSISTANT', text: 'Hello' }, ...REPHRASED.messages] },
    { ...REPHRASED, prefill: 'You' },
    { ...REPHRASED, purpose: 'CALL_PURPOSE_SUMMARY', model: 'parley-guide' },
  ]
  for (const other of others) t.equal(await isCached(world, other), false, JSON.stringify(other))
  t.equal(await isCached(world, IN_OTHER_WORDS), true)
})

t.test('C6 nothing is found above the temperature of the policy, nor after its time', async (t) => {
  const { world } = await startAnswered(t)
  changeRoutes(world, { cache: { ...policy, maxTemperature: 0.5 } })
  t.equal(await isCached(world, REPHRASED), false, 'without a temperature it is the vendor’s, 1')
  changeRoutes(world, { cache: policy })
  await world.deps.prisma.cachedAnswer.updateMany({ data: { expiresAt: new Date(Date.now() - 1_000) } })
  t.equal(await isCached(world, IN_OTHER_WORDS), false)
  await kept(world, 2)
  t.equal(await world.deps.answers.deleteExpired(10), 1)
  t.equal(await world.deps.prisma.cachedQuestion.count(), 1, 'the question went with its answer')
})

t.test('C6 who wants a fresh answer gets one, and it is the one that is given from then on', async (t) => {
  const world = await startPatientWorld(t)
  changeRoutes(world, { cache: policy })
  const question = says('How do I reset the password of a router? [[tokens=20 seed=1]]')
  await world.complete(question)
  await waitFor('the answer to be kept', async () => (await world.deps.prisma.cachedAnswer.count()) === 1)
  await world.deps.prisma.cachedAnswer.updateMany({ data: { text: 'The first one.' } })
  t.equal((await world.complete(question)).text, 'The first one.')
  const fresh = await world.complete({ ...question, fresh: true })
  t.match(fresh.last, { value: { usage: { cached: false } } })
  t.not(fresh.text, 'The first one.')
  await waitFor('it to be kept', async () => (await world.deps.prisma.cachedAnswer.findFirst())?.text === fresh.text)
  t.equal((await world.complete(question)).text, fresh.text)
})

t.test('C6 a fresh answer is a call of its own also while an identical request runs', async (t) => {
  const world = await startPatientWorld(t)
  changeRoutes(world, { cache: { ...policy, minSimilarity: null } })
  const question = says('[[tokens=60 seed=8 tps=100]]')
  const answers = await Promise.all([world.complete(question), world.complete({ ...question, fresh: true })])
  t.equal(world.simulator.requests().length, 2)
  for (const { last } of answers) t.match(last, { case: 'finished', value: { usage: { cached: false } } })
})

t.test('C6 who wants a fresh answer is given none that was kept for a question in other words', async (t) => {
  const { world, first } = await startAnswered(t)
  const fresh = await world.complete({ ...IN_OTHER_WORDS, fresh: true })
  t.match(fresh.last, { value: { usage: { cached: false } } })
  t.not(fresh.text, first.text)
  await kept(world, 2)
  t.equal((await world.complete(IN_OTHER_WORDS)).text, fresh.text)
})

t.test('C6 a question for which no similar one is found in time goes to the vendor', async (t) => {
  const world = await startWorld(t, { env: { SIMILAR_ANSWER_WAIT_MS: '0' } })
  changeRoutes(world, { cache: policy })
  await world.complete(QUESTION)
  await kept(world)
  t.equal(await isCached(world, IN_OTHER_WORDS), false)
})

t.test('C6 another replica finds what one has kept', async (t) => {
  const { world, first } = await startAnswered(t)
  const other = await world.startReplica()
  changeRoutes(other, { cache: policy })
  t.equal((await world.complete(IN_OTHER_WORDS, { url: other.url })).text, first.text)
})
