import { randomUUID } from 'node:crypto'
import { CallPurpose, requests } from '@parley/contracts'
import { serve } from '@parley/messaging'
import t from 'tap'
import { aUser, startWorld } from './harness.ts'

t.test('without quota a question is refused with the time to wait, and nothing is kept of it', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  world.usage.refuse(90)
  const { status, body, headers } = await chat.ask(aUser())
  t.match({ status, body }, { status: 429, body: { code: 'quota_exceeded' } })
  t.equal(headers['retry-after'], '90')
  t.same(await world.query('SELECT id FROM conversation'), [])
  t.equal(world.aiRouter.calls.length, 0)
  t.same(await world.query('SELECT id FROM messaging.outbox'), [], 'nothing was taken, nothing is given back')
})

t.test('R-6 where a spending cap has no room a question is refused with usage’s own words, and nothing is kept of it', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  for (const code of ['spend_cap_reached', 'spend_cap_held'] as const) {
    world.usage.cap(code, 3_600)
    const { status, body, headers } = await chat.ask(aUser())
    t.match({ status, body }, { status: 429, body: { code, detail: 'The service’s spending limit is used up.' } })
    t.equal(headers['retry-after'], '3600')
  }
  t.same(await world.query('SELECT id FROM conversation'), [])
  t.same(await world.query('SELECT id FROM messaging.outbox'), [], 'nothing was taken, nothing is given back')
})

t.test('R-6 what an answer may cost at most is held, by plan and by the model that is wished for', async (t) => {
  const world = await startWorld(t, { CONTEXT_MAX_TOKENS: '3000' })
  const bounds = [
    { purpose: CallPurpose.ANSWER, plan: 'free', model: 'auto', outputMicroUsd: 1_000n, inputMicroUsdPerMillion: 1_000_000n },
    { purpose: CallPurpose.ANSWER, plan: 'free', model: 'small', outputMicroUsd: 50n, inputMicroUsdPerMillion: 0n },
    { purpose: CallPurpose.ANSWER, plan: 'pro', model: 'big', outputMicroUsd: 9_000n, inputMicroUsdPerMillion: 0n },
  ]
  const service = serve(world.bus, requests.getCostBounds, async () => ({ bounds }), { logger: world.logger })
  t.teardown(() => service.stop())
  await world.bus.connection.flush()
  const chat = await world.startChat()
  await chat.deps.costBounds.refresh()

  await chat.ask(aUser(), { model: 'small' })
  t.match(world.usage.asked.at(-1), { holdMicroUsd: { free: 50n, pro: 9_000n } }, 'the model’s own, and the dearest where there is none')
  await chat.ask(aUser())
  const unknown = world.usage.asked.at(-1)?.holdMicroUsd.free ?? 0n
  t.ok(unknown > 1_000n + 4_000n && unknown < 1_000n + 6_000n, 'the dearest model, and the whole context: a third more than is estimated')
})

t.test('without the usage service nothing is spent: service_busy, and the same question succeeds later', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const id = randomUUID()
  await world.usage.goAway()
  const { status, body } = await chat.ask(user, { id })
  t.match({ status, body }, { status: 503, body: { code: 'service_busy' } })
  t.same(await world.query('SELECT id FROM turn'), [])
  const given = await world.query('SELECT payload FROM messaging.outbox')
  t.match(given, [{ payload: { turnId: id, code: 'service_busy' } }], 'R-4 what usage may have reserved before it died is given back')
  await world.usage.comeBack()
  t.equal((await chat.ask(user, { id })).status, 202)
})

t.test('a reservation whose turn could not be written is given back', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const id = randomUUID()
  await world.query("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused by the test'; END $$")
  await world.query('CREATE TRIGGER refuse BEFORE INSERT ON turn FOR EACH ROW EXECUTE FUNCTION refuse()')

  t.equal((await chat.ask(user, { id })).status, 500)
  t.same(await world.query('SELECT id FROM conversation'), [])
  t.match(await world.eventsOf(id), [{ subject: 'evt.chat.turn.failed.v1', payload: { turnId: id, code: 'service_busy' } }])
})
