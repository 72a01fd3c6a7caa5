import type { chatApi } from '@parley/contracts'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { aUser, startWorld } from './harness.ts'

t.test('the text of a running turn is stored with the number of its last frame', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const end = Promise.withResolvers<void>()
  world.aiRouter.play(async (call) => {
    call.text('half')
    await end.promise
    call.text(' and half')
    call.finished()
  })
  const { body } = await chat.ask(user)
  const turn = await waitFor('a stored text', async () => {
    const running = await chat.turn(user, body.turnId)
    return running.text !== '' && running
  })
  t.match(turn, { status: 'running', text: 'half', seq: 1 })
  const missed = async (afterSeq: number) =>
    (await chat.call<{ turn: chatApi.Turn }>('GET', `/api/v1/turns/${body.turnId}?afterSeq=${afterSeq}`, user)).body.turn.missed
  t.same(await missed(0), { afterSeq: 0, text: 'half', restarted: false })
  t.same(await missed(1), { afterSeq: 1, text: '', restarted: false })
  const [, answer] = await chat.messages(user, body.conversationId)
  t.match(answer, { status: 'running', text: '', turnId: body.turnId })
  end.resolve()
  t.match(await chat.ended(user, body.turnId), { status: 'completed', text: 'half and half', seq: 2 })
  t.same(await missed(1), { afterSeq: 1, text: ' and half', restarted: false }, 'B3 also from the stored message, to the character')
  t.same(await missed(2), { afterSeq: 2, text: '', restarted: false })
})

t.test('leases and texts of many turns are kept by one statement each', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const end = Promise.withResolvers<void>()
  world.aiRouter.play(async (call) => {
    call.text(`for ${call.request.turnId}`)
    await end.promise
    call.finished()
  })
  const asked = await Promise.all(Array.from({ length: 20 }, () => chat.ask(user)))
  await waitFor('all texts', async () => {
    const [row] = await world.query<{ stored: number }>("SELECT count(*)::integer AS stored FROM turn WHERE text = 'for ' || id")
    return row?.stored === 20
  })
  const [{ versions } = { versions: 0 }] = await world.query<{ versions: number }>(
    'SELECT count(DISTINCT xmin::text)::integer AS versions FROM turn',
  )
  t.ok(versions < 10, `${versions} transactions wrote 20 rows`)
  end.resolve()
  await Promise.all(asked.map(({ body }) => chat.ended(user, body.turnId)))
})

t.test('a running text longer than a page is stored whole, again and again', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const part = Array.from({ length: 3_000 }, (_, index) => `${index} ö`).join(' ')
  const isStored = Promise.withResolvers<void>()
  world.aiRouter.play(async (call) => {
    call.text(part)
    await isStored.promise
    call.text(part)
    await call.gone
  })
  const { body } = await chat.ask(user)
  await waitFor('the first part', async () => (await chat.turn(user, body.turnId)).text === part)
  isStored.resolve()
  const whole = await waitFor('both parts', async () => {
    const { text } = await chat.turn(user, body.turnId)
    return text !== part && text
  })
  t.equal(whole, part + part)
})

t.test('a text that is stored extends the lease, and tells of a wish to stop', async (t) => {
  const world = await startWorld(t)
  // The leases themselves are looked at every ten seconds.
  const chat = await world.startChat({ leaseMs: 60_000 })
  const user = aUser()
  const goOn = Promise.withResolvers<void>()
  world.aiRouter.play(async (call) => {
    call.text('first')
    await goOn.promise
    call.text(' and second')
    await call.gone
  })
  const { body } = await chat.ask(user)
  await waitFor('the first text', async () => (await chat.turn(user, body.turnId)).text === 'first')
  const leaseOf = async () =>
    (await world.query<{ ms: number }>('SELECT extract(epoch FROM lease_until - created_at)::float8 * 1000 AS ms FROM turn'))[0]?.ms ?? 0
  const extended = await leaseOf()
  t.ok(extended > 60_000, 'beyond what it was when the turn began')
  await chat.deps.leases.renew([{ id: body.turnId, attempt: 1 }], 1_000)
  t.equal(await leaseOf(), extended, 'an older statement that comes late does not shorten it')

  await world.query('UPDATE turn SET stop_requested_at = now()')
  goOn.resolve()
  t.match(await chat.ended(user, body.turnId), { status: 'stopped', text: 'first and second' })
})
