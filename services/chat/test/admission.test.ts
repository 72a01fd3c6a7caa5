import { randomUUID } from 'node:crypto'
import { liveTurnSubject, liveUserSubject } from '@parley/contracts'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { type FakeCall, usage } from './fake-ai-router.ts'
import { aUser, startWorld, type World } from './harness.ts'

const limits = { TURNS_PER_USER_FREE: '2', QUEUED_TURNS_PER_USER: '3' }

/** Answers that end when they are told to. */
function heldAnswers({ aiRouter }: World) {
  const calls = new Map<string, FakeCall>()
  aiRouter.play(async (call) => {
    call.started()
    call.text(`about ${call.request.turnId}`)
    calls.set(call.request.turnId ?? '', call)
    await call.gone
  })
  return {
    running: () => [...calls.keys()],
    async end(turnId: string) {
      const call = await waitFor(`the call of ${turnId}`, () => calls.get(turnId))
      calls.delete(turnId)
      call.finished(usage)
    },
  }
}

const statusesOf = async (world: World) => {
  const rows = await world.query<{ status: string; turns: number }>('SELECT status, count(*)::integer AS turns FROM turn GROUP BY 1')
  return Object.fromEntries(rows.map(({ status, turns }) => [status, turns]))
}

t.test(
  'D2 of a user’s turns sent at once to two replicas exactly as many run as the plan allows, the next ones wait, the rest is refused',
  async (t) => {
    const world = await startWorld(t, limits)
    const [one, other] = [await world.startChat(), await world.startChat()]
    const user = aUser()
    const answers = heldAnswers(world)

    const asked = await Promise.all(Array.from({ length: 12 }, (_, index) => (index % 2 ? other : one).ask(user)))
    const refused = asked.filter(({ status }) => status === 503)
    t.equal(refused.length, 7)
    t.match(refused[0], { headers: { 'retry-after': '10' }, body: { code: 'service_busy' } })
    t.same(await statusesOf(world), { running: 2, queued: 3 })
    const given = await world.query('SELECT count(*)::integer AS turns FROM messaging.outbox WHERE subject = $1', [
      'evt.chat.turn.failed.v1',
    ])
    t.same(given, [{ turns: 7 }], 'R-4 what was refused gives its reservation back')

    const accepted = asked.flatMap(({ status, body }) => (status === 202 ? [body.turnId] : []))
    t.equal(new Set(accepted).size, 5)
    for (let ended = 1; ended <= 5; ended += 1) {
      const [next = ''] = await waitFor('a running answer', () => answers.running().length > 0 && answers.running())
      await answers.end(next)
      await one.ended(user, next)
      const { running = 0 } = await statusesOf(world)
      t.ok(running <= 2, `never more than two at a time: ${running}`)
    }
    t.same(await statusesOf(world), { completed: 5 })
    t.equal(world.aiRouter.calls.length, 5, 'one call each')
  },
)

t.test('a waiting turn is told its place, and moves up as others end', async (t) => {
  const world = await startWorld(t, limits)
  const chat = await world.startChat()
  const user = aUser()
  const answers = heldAnswers(world)
  const ids = Array.from({ length: 4 }, () => randomUUID())
  const readers = ids.map((id) => world.follow(id))
  for (const id of ids) await chat.ask(user, { id })

  const placesOf = (index: number) =>
    readers[index]?.frames.flatMap((frame) => (frame.type === 'turn.status' && frame.place ? [frame.place] : []))
  await waitFor('the places', () => placesOf(2)?.length === 1 && placesOf(3)?.length === 1)
  t.same([placesOf(2), placesOf(3)], [[1], [2]])
  t.match(await chat.turn(user, ids[3] ?? ''), { status: 'queued', place: 2 })

  await answers.end(ids[0] ?? '')
  await waitFor('the move', () => placesOf(3)?.length === 2)
  t.same([placesOf(2), placesOf(3)], [[1], [2, 1]])
  for (const id of ids.slice(1)) await answers.end(id)
  for (const [index, id] of ids.entries()) {
    await readers[index]?.untilLast()
    t.equal(readers[index]?.text(), `about ${id}`)
    t.same(readers[index]?.disorder(), [])
  }
})

t.test('a replica that is full lets turns of other users wait, too, and takes none when its queue is full', async (t) => {
  const world = await startWorld(t, { TURNS_PER_REPLICA: '1', QUEUED_TURNS_PER_REPLICA: '1' })
  const chat = await world.startChat()
  const answers = heldAnswers(world)
  const [first, second, third] = [aUser(), aUser(), aUser()]
  const { body: running } = await chat.ask(first)
  const { body: waiting } = await chat.ask(second)
  const refused = await chat.ask(third)
  t.match(refused, { status: 503, headers: { 'retry-after': '1' }, body: { code: 'service_busy' } })
  t.notOk(
    world.usage.asked.some(({ userId }) => userId === third.userId),
    'nothing was taken from the quota',
  )
  t.match(await chat.turn(second, waiting.turnId), { status: 'queued' })

  await answers.end(running.turnId)
  await answers.end(waiting.turnId)
  t.match(await chat.ended(second, waiting.turnId), { status: 'completed' })
})

t.test('D6 turns that wait on a full replica are answered by one that has room, at once and in the order of their user', async (t) => {
  const world = await startWorld(t, { TURNS_PER_REPLICA: '2', TURNS_PER_USER_FREE: '1' })
  const full = await world.startChat()
  const answers = heldAnswers(world)
  const [first, second, user] = [aUser(), aUser(), aUser()]
  const running = [await full.ask(first), await full.ask(second)].map(({ body }) => body.turnId)
  const ids = Array.from({ length: 3 }, () => randomUUID())
  const readers = ids.map((id) => world.follow(id))
  for (const id of ids) t.match(await full.ask(user, { id }), { status: 202 })
  t.same(await statusesOf(world), { running: 2, queued: 3 })

  const roomy = await world.startChat()
  const placesOf = (index: number) =>
    readers[index]?.frames.flatMap((frame) => (frame.type === 'turn.status' && frame.place ? [frame.place] : [])).at(-1)
  for (const [index, id] of ids.entries()) {
    await readers[index]?.untilText(`about ${id}`)
    t.same(await statusesOf(world), { running: 3, ...(index > 0 && { completed: index }), ...(index < 2 && { queued: 2 - index }) })
    const left = ids.slice(index + 1)
    await waitFor('the places of the others', () => left.every((_, place) => placesOf(index + 1 + place) === place + 1))
    await answers.end(id)
    t.match(await roomy.ended(user, id), { status: 'completed', text: `about ${id}` })
    t.same(readers[index]?.disorder(), [])
  }
  t.same(
    world.aiRouter.calls.map(({ request }) => request.turnId),
    [...running, ...ids],
    'one call each',
  )
  t.same(
    await world.query('SELECT attempt, lost_owners FROM turn WHERE user_id = $1', [user.userId]),
    ids.map(() => ({ attempt: 2, lost_owners: 0 })),
    'taken once, and nobody was lost',
  )
  for (const id of running) await answers.end(id)
  for (const [index, id] of running.entries()) t.match(await full.ended(index === 0 ? first : second, id), { status: 'completed' })
})

t.test('F-14 however many replicas reach for the turns that wait on one, each is answered once', async (t) => {
  const world = await startWorld(t, { TURNS_PER_REPLICA: '3', TURNS_PER_USER_FREE: '2', QUEUED_TURNS_PER_USER: '20' })
  const [full, ...others] = [await world.startChat(), await world.startChat(), await world.startChat()]
  const answers = heldAnswers(world)
  const users = Array.from({ length: 6 }, () => aUser())
  const asked: { user: ReturnType<typeof aUser>; turnId: string }[] = []
  for (const user of [...users, ...users, ...users, ...users]) {
    const { status, body } = await full.ask(user)
    t.equal(status, 202)
    asked.push({ user, turnId: body.turnId })
  }
  await waitFor('the others to be as full', async () => (await statusesOf(world)).running === 9)
  for (let left = asked.length; left > 0; left -= 1) {
    const [next = ''] = await waitFor('a running answer', () => answers.running().length > 0 && answers.running())
    await answers.end(next)
    const user = asked.find(({ turnId }) => turnId === next)?.user ?? aUser()
    await others[0]?.ended(user, next)
    const { running = 0 } = await statusesOf(world)
    t.ok(running <= 9, `never more than three on each: ${running}`)
  }
  t.same(await statusesOf(world), { completed: 24 })
  t.equal(world.aiRouter.calls.length, 24, 'one call each')
})

t.test('many turns of a user that had to wait for room on the replica all run in the end', async (t) => {
  const world = await startWorld(t, { TURNS_PER_REPLICA: '1', TURNS_PER_USER_FREE: '3' })
  const chat = await world.startChat()
  const answers = heldAnswers(world)
  const { body: running } = await chat.ask(aUser())
  const user = aUser()
  const waiting = await Promise.all(Array.from({ length: 6 }, () => chat.ask(user)))
  t.same(await statusesOf(world), { running: 1, queued: 6 })
  t.same(await world.query("SELECT count(*)::integer AS low FROM turn WHERE status = 'queued' AND slot <= 3"), [{ low: 0 }])
  await answers.end(running.turnId)
  for (let left = waiting.length; left > 0; left -= 1) {
    const [next = ''] = await waitFor('the next answer', () => answers.running().length > 0 && answers.running())
    await answers.end(next)
    await chat.ended(user, next)
  }
  t.same(await statusesOf(world), { completed: 7 })
})

t.test('R-4 a waiting turn that is stopped ends without a call, and counts as nothing', async (t) => {
  const world = await startWorld(t, { ...limits, TURNS_PER_USER_FREE: '1' })
  const [chat, other] = [await world.startChat(), await world.startChat()]
  const user = aUser()
  const answers = heldAnswers(world)
  const { body: running } = await chat.ask(user)
  const id = randomUUID()
  const reader = world.follow(id)
  await chat.ask(user, { id })
  t.equal((await other.call('POST', `/api/v1/turns/${id}/stop`, user)).status, 202)
  t.match(await reader.untilLast(), { type: 'turn.completed', message: { status: 'stopped', text: '' } })
  t.same(reader.disorder(), [])
  t.match(await world.eventsOf(id), [{ subject: 'evt.chat.turn.stopped.v1' }])
  t.same(
    await waitFor('the first call', () => world.aiRouter.calls.length > 0 && world.aiRouter.calls.map(({ request }) => request.turnId)),
    [running.turnId],
  )
  await answers.end(running.turnId)
})

t.test('F-1 waiting turns outlive their replica: killed or drained, another one keeps them in their order', async (t) => {
  const world = await startWorld(t, { ...limits, TURNS_PER_USER_FREE: '1' })
  const doomed = await world.startChatProcess()
  const heir = await world.startChat()
  const user = aUser()
  const answers = heldAnswers(world)
  const ids = Array.from({ length: 3 }, () => randomUUID())
  const readers = ids.map((id) => world.follow(id))
  for (const id of ids) await doomed.call('POST', '/internal/turns', user, { id, conversationId: null, text: 'In turn, please.' })
  await readers[0]?.untilText(`about ${ids[0]}`)
  await doomed.kill()

  for (const [index, id] of ids.entries()) {
    await answers.end(id)
    await waitFor('the second call of the first one, or the only one of the others', async () => {
      if (index === 0 && answers.running().includes(id)) await answers.end(id)
      return (await heir.turn(user, id)).status === 'completed'
    })
    t.same(readers[index]?.disorder(), [])
  }
  t.same(await statusesOf(world), { completed: 3 })
})

t.test('every device of a user hears of an answer that begins', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const heard: unknown[] = []
  world.bus.subscribeLive(liveUserSubject(user.userId), (bytes) => heard.push(JSON.parse(new TextDecoder().decode(bytes))))
  world.bus.subscribeLive(liveTurnSubject('*'), () => {})
  await world.bus.connection.flush()
  const { body } = await chat.ask(user)
  await waitFor('the message', () => heard.length > 0)
  t.same(heard, [{ type: 'turn.started', ...body }])
  await chat.ask(user, { id: body.turnId })
  await chat.ended(user, body.turnId)
  t.equal(heard.length, 1, 'a repeated start is no news')
})
