import { randomUUID } from 'node:crypto'
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
