import { seededText } from '@parley/simulators'
import t from 'tap'
import { v7 as newId } from 'uuid'
import { countTokens } from '../src/completions/count-tokens.ts'
import { says, startWorld } from './harness.ts'

t.test('C7 the last part, the stored call and the published fact carry the same figures', async (t) => {
  const world = await startWorld(t)
  const { callId, parts, text, last } = await world.complete(says('[[tokens=30 seed=4]]'))
  t.same(
    parts.map(({ part }) => part.case).filter((kind, index, all) => kind !== all[index - 1]),
    ['started', 'text', 'finished'],
  )
  t.equal(text, seededText(30, 4))
  if (last.case !== 'finished') return t.fail(`ended as ${last.case}`)
  const { usage, reason, model, provider } = last.value
  t.match({ reason, model, provider }, { reason: 1, model: 'parley-guide', provider: 'openai' })
  t.equal(usage?.outputTokens, 30n)
  t.equal(usage?.estimated, false)
  t.ok(usage && usage.costMicroUsd > 0n && usage.latencyMs >= usage.firstTokenMs)

  const row = await world.endedCall(callId)
  t.match(row, { outcome: 'completed', failure: null, model: 'parley-guide', provider: 'openai', userId: world.principal.userId })
  const stored = {
    inputTokens: row.inputTokens,
    outputTokens: row.outputTokens,
    cachedInputTokens: row.cachedInputTokens,
    costMicroUsd: row.costMicroUsd,
    priceId: row.priceId,
    estimated: row.isEstimated,
    cached: false,
    latencyMs: BigInt(row.latencyMs ?? -1),
    firstTokenMs: BigInt(row.firstTokenMs ?? -1),
  }
  const { $typeName: _, $unknown: __, ...told } = { $unknown: undefined, ...usage }
  t.same(stored, told)
  const fact = await world.fact(callId)
  t.same(fact.usage, usage)
  t.match(fact, { callId, outcome: 1, model: 'parley-guide', provider: 'openai', userId: world.principal.userId })
})

t.test('B-2 every stored call can be rated again from its row and its price version', async (t) => {
  const world = await startWorld(t)
  for (const tokens of [1, 3, 17, 101, 350]) await world.complete(says(`[[tokens=${tokens} seed=${tokens}]]`))
  const differing = await world.deps.prisma.$queryRaw<unknown[]>`
    SELECT c.id FROM ai_call c JOIN price p ON p.id = c.price_id
    WHERE c.cost_micro_usd <> floor((
      (c.input_tokens - c.cached_input_tokens)::numeric * p.input_micro_usd_per_million
      + c.cached_input_tokens::numeric * p.cached_input_micro_usd_per_million
      + c.output_tokens::numeric * p.output_micro_usd_per_million) / 1000000 + 0.5)`
  t.same(differing, [])
  t.equal(await world.deps.prisma.aiCall.count({ where: { costMicroUsd: { gt: 0 } } }), 5)
})

t.test('B-2 a price version cannot be changed or removed', async (t) => {
  const { deps } = await startWorld(t)
  await t.rejects(deps.prisma.price.updateMany({ data: { outputMicroUsdPerMillion: 0n } }), /prices are never changed/)
  await t.rejects(deps.prisma.price.deleteMany(), /prices are never changed/)
})

t.test('an answer that is continued goes on after its last character', async (t) => {
  const world = await startWorld(t)
  const whole = seededText(40, 9)
  const shown = whole.slice(0, whole.indexOf(' ', 60) + 1)
  for (const model of ['parley-guide', 'parley-guide-b']) {
    const { text } = await world.complete({ ...says('[[tokens=40 seed=9]]'), model, prefill: shown })
    t.equal(shown + text, whole, model)
  }
})

t.test('C7 no answer is longer than its plan allows, nor than the caller wants', async (t) => {
  const world = await startWorld(t, { env: { MAX_OUTPUT_TOKENS_FREE: '20', MAX_OUTPUT_TOKENS_PRO: '30' } })
  const cases = [
    { plan: 'free', maxOutputTokens: 0, allowed: 20n },
    { plan: 'free', maxOutputTokens: 500, allowed: 20n },
    { plan: 'pro', maxOutputTokens: 0, allowed: 30n },
    { plan: 'pro', maxOutputTokens: 7, allowed: 7n },
  ]
  for (const { allowed, ...fields } of cases) {
    const { last } = await world.complete({ ...says('[[tokens=100]]'), ...fields })
    if (last.case !== 'finished') return t.fail(`ended as ${last.case}`)
    t.match(last.value, { reason: 2, usage: { outputTokens: allowed } }, JSON.stringify(fields))
  }
})

t.test('an answer the caller walks away from stops the vendor and is booked with what was produced', async (t) => {
  const world = await startWorld(t)
  for (const model of ['parley-guide', 'parley-guide-b']) {
    const callId = newId()
    const leave = new AbortController()
    const response = await world.send({ ...says(`[[tokens=50 seed=3 fault=stall after=20]]`), callId, model }, { signal: leave.signal })
    const shown = seededText(50, 3).split(/(?= )/)
    let received = ''
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      received += new TextDecoder().decode(chunk)
      if ((received.match(/"delta"/g) ?? []).length >= 20) break
    }
    leave.abort()
    const row = await world.endedCall(callId)
    t.match(row, { outcome: 'aborted', failure: 'aborted', isEstimated: true })
    const text = received
      .split('\n')
      .flatMap((line) => (line.startsWith('{"text"') ? [(JSON.parse(line) as { text: { delta: string } }).text.delta] : []))
      .join('')
    t.equal(Number(row.outputTokens), countTokens(text), `${model}: booked to the token`)
    t.ok(shown.join('').startsWith(text))
    t.match(await world.fact(callId), { outcome: 2, usage: { outputTokens: row.outputTokens, costMicroUsd: row.costMicroUsd } })
    const request = await world.simulator.waitForRequest(({ outcome }) => outcome === 'stall')
    t.ok(request, 'the vendor was left')
  }
})

t.test('a caller that leaves before the vendor is asked costs nothing', async (t) => {
  const world = await startWorld(t)
  const { calls } = world.deps
  const claim = calls.claim
  const leave = new AbortController()
  calls.claim = async (call) => {
    const isOurs = await claim(call)
    leave.abort()
    // The server learns of it a few turns of the loop later.
    await new Promise((resolve) => setTimeout(resolve, 200))
    return isOurs
  }
  const callId = newId()
  await t.rejects(world.send({ callId }, { signal: leave.signal }))
  t.match(await world.endedCall(callId), { outcome: 'aborted', costMicroUsd: null })
  t.equal(world.simulator.requests().length, 0)
})

t.test('50 answers at a time are 50 calls, each booked once, and the sums agree to the micro-dollar', async (t) => {
  // However busy the machine is: an answer whose booking takes longer than this ends without its figures.
  const world = await startWorld(t, { env: { BOOKING_WAIT_MS: '60000' } })
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, seed) =>
      world.complete({ ...says(`[[tokens=${20 + seed} seed=${seed} tps=200]]`), model: seed % 2 ? 'parley-guide' : 'parley-guide-b' }),
    ),
  )
  let told = 0n
  for (const [seed, { text, last }] of answers.entries()) {
    t.equal(text, seededText(20 + seed, seed))
    told += last.case === 'finished' ? (last.value.usage?.costMicroUsd ?? 0n) : 0n
  }
  const {
    _sum: { costMicroUsd: stored },
    _count,
  } = await world.deps.prisma.aiCall.aggregate({ _sum: { costMicroUsd: true }, _count: true, where: { outcome: 'completed' } })
  await Promise.all(answers.map(({ callId }) => world.fact(callId)))
  const published = world.published.reduce((sum, { usage }) => sum + (usage?.costMicroUsd ?? 0n), 0n)
  t.same({ count: _count, stored, published, facts: world.published.length }, { count: 50, stored: told, published: told, facts: 50 })
})

t.test('a title is asked of the cheapest model, kept short, and booked as what it is', async (t) => {
  const world = await startWorld(t)
  await world.deps.prisma.price.create({
    data: {
      ...{ id: 'parley-guide-b@2', modelId: 'parley-guide-b', version: 2, validFrom: new Date(Date.now() - 60_000) },
      ...{ inputMicroUsdPerMillion: 1n, cachedInputMicroUsdPerMillion: 1n, outputMicroUsdPerMillion: 1n },
    },
  })
  await world.deps.catalogue.refresh()
  const { callId, last } = await world.complete({ ...says('[[tokens=500]]'), turnId: '', purpose: 'CALL_PURPOSE_TITLE' })
  if (last.case !== 'finished') return t.fail(`ended as ${last.case}`)
  t.match(last.value, { model: 'parley-guide-b', usage: { outputTokens: 256n } })
  t.match(await world.endedCall(callId), { purpose: 'title', turnId: null, model: 'parley-guide-b' })
  const named = await world.complete({ model: 'parley-guide', turnId: '', purpose: 'CALL_PURPOSE_TITLE' })
  t.match(await world.endedCall(named.callId), { model: 'parley-guide' })
})
