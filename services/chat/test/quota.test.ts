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
})

t.test('without the usage service nothing is spent: service_busy, and the same question succeeds later', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  await world.usage.goAway()
  const { status, body } = await chat.ask(user)
  t.match({ status, body }, { status: 503, body: { code: 'service_busy' } })
  t.same(await world.query('SELECT id FROM turn'), [])
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
