import { randomUUID } from 'node:crypto'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { aUser, startWorld } from './harness.ts'
import { tellUsage } from './tell-usage.ts'

t.test('stop ends the call at once and keeps the partial answer, on whichever replica it is asked', async (t) => {
  const world = await startWorld(t)
  const owner = await world.startChat()
  const other = await world.startChat()
  const user = aUser()
  world.aiRouter.play(async (call) => {
    call.started()
    call.text('as far as this')
    await call.gone
  })
  for (const replica of [owner, other]) {
    const id = randomUUID()
    const reader = world.follow(id)
    const { body } = await owner.ask(user, { id })
    await reader.untilText('as far as this')
    t.equal((await replica.call('POST', `/api/v1/turns/${id}/stop`, user)).status, 202)
    t.match(await reader.untilLast(), { type: 'turn.completed', message: { status: 'stopped', text: 'as far as this', model: 'gpt-test' } })
    t.same(reader.disorder(), [])
    t.match(await owner.turn(user, id), { status: 'stopped', text: 'as far as this' })
    const [, answer] = await owner.messages(user, body.conversationId)
    t.notOk('outputTokens' in (answer ?? {}), 'unknown rather than wrong')
    const [stopped] = await world.eventsOf(id)
    t.equal(stopped?.subject, 'evt.chat.turn.stopped.v1')
    t.ok(Number(stopped?.payload.outputTokens) > 0)
    await waitFor('the call to be ended', () => world.aiRouter.calls.every((call) => call.isGone()))
    t.equal((await replica.call('POST', `/api/v1/turns/${id}/stop`, user)).status, 202, 'stopping twice changes nothing')
  }
})

t.test('R-4 an answer stopped before its first word counts as nothing', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  world.aiRouter.play((call) => call.gone.then(() => {}))
  const { body } = await chat.ask(user)
  await chat.call('POST', `/api/v1/turns/${body.turnId}/stop`, user)
  t.match(await chat.ended(user, body.turnId), { status: 'stopped', text: '' })
  const [stopped] = await world.eventsOf(body.turnId)
  t.equal(Number(stopped?.payload.outputTokens ?? 0), 0)
})

t.test('a wish to stop outlives the owner', async (t) => {
  const world = await startWorld(t)
  const owner = await world.startChat()
  const user = aUser()
  world.aiRouter.play(async (call) => {
    call.text('kept')
    await call.gone
  })
  const id = randomUUID()
  const reader = world.follow(id)
  await owner.ask(user, { id })
  await reader.untilText('kept')
  await owner.close()
  await world.query('UPDATE turn SET stop_requested_at = now()')
  const heir = await world.startChat()
  t.match(await heir.ended(user, id), { status: 'stopped', text: 'kept' })
  t.equal(world.aiRouter.calls.length, 1)
})

t.test("somebody else's turn cannot be read or stopped", async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const { body } = await chat.ask(aUser())
  const stranger = aUser()
  for (const [method, path] of [
    ['GET', ''],
    ['POST', '/stop'],
  ] as const) {
    t.match(await chat.call(method, `/api/v1/turns/${body.turnId}${path}`, stranger), { status: 404, body: { code: 'turn_not_found' } })
  }
})

t.test('B-1 what a stopped call used is on its answer when metering hears of it, once', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const id = randomUUID()
  const reader = world.follow(id)
  world.aiRouter.play(async (call) => {
    call.text('partial')
    await call.gone
  })
  const { body } = await chat.ask(user, { id })
  await reader.untilText('partial')
  const callId = world.aiRouter.calls[0]?.request.callId ?? ''
  await chat.call('POST', `/api/v1/turns/${id}/stop`, user)
  await chat.ended(user, id)
  // Under two event ids, as after a crash of the ai-router between its answer and its outbox.
  for (let times = 0; times < 2; times++) await tellUsage(world, { callId, turnId: id })
  t.match((await chat.messages(user, body.conversationId))[1], { inputTokens: 7, outputTokens: 3, costUsd: '0.000021' })
})
