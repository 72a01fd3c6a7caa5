import { randomUUID } from 'node:crypto'
import { CallPurpose } from '@parley/contracts'
import { waitFor } from '@parley/testing'
import t from 'tap'
import type { FakeCall } from './fake-ai-router.ts'
import { aUser, startWorld, type World } from './harness.ts'
import { tellUsage } from './tell-usage.ts'

const idOf = (call: FakeCall | undefined): string => call?.request.callId ?? ''

/** Of the turn's one end, as usage hears it. */
async function endOf(world: World, turnId: string) {
  const [end, ...others] = await world.eventsOf(turnId)
  if (!end || others.length > 0) throw new Error(`${others.length} ends too many`)
  return { subject: end.subject, callId: end.payload.callId ?? '', outputTokens: Number(end.payload.outputTokens ?? 0) }
}

const COMPLETED = 'evt.chat.turn.completed.v1'
const STOPPED = 'evt.chat.turn.stopped.v1'

t.test('B-17 after a cut the answer has the figures of the call that finished it, and no other', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  world.aiRouter.play((call) => {
    call.started()
    if (call.request.prefill) {
      call.text('second')
      call.finished({ inputTokens: '20', outputTokens: '2', costMicroUsd: '300' })
    } else {
      call.text('first, ')
      setImmediate(call.cut)
    }
  })
  const { body } = await chat.ask(user)
  t.match(await chat.ended(user, body.turnId), { status: 'completed', text: 'first, second' })
  const [cut, last] = world.aiRouter.calls
  t.match(await endOf(world, body.turnId), { subject: COMPLETED, callId: idOf(last), outputTokens: 2 })

  await tellUsage(world, { callId: idOf(cut), turnId: body.turnId })
  const figures = { inputTokens: 20, outputTokens: 2, costUsd: '0.000300' }
  t.match((await chat.messages(user, body.conversationId))[1], figures)
})

t.test('B-17 an owner is lost after its call was metered: the answer is the next owner’s call alone', async (t) => {
  const world = await startWorld(t)
  const doomed = await world.startChatProcess()
  const user = aUser()
  world.aiRouter.play(async (call) => {
    call.started()
    if (call.request.prefill) {
      call.text('by the heir')
      return call.finished({ inputTokens: '30', outputTokens: '3', costMicroUsd: '400' })
    }
    call.text('begun ')
    await call.gone
  })
  const id = randomUUID()
  const reader = world.follow(id)
  const { body } = await doomed.call('POST', '/internal/turns', user, { id, conversationId: null, text: 'Tell me.' })
  await reader.untilText('begun ')
  const lost = idOf(world.aiRouter.calls[0])
  await tellUsage(world, { callId: lost, turnId: id })
  await doomed.kill()

  const heir = await world.startChat()
  t.match(await heir.ended(user, id), { status: 'completed', text: 'begun by the heir' })
  t.match(await endOf(world, id), { callId: idOf(world.aiRouter.calls[1]), outputTokens: 3 })
  t.match((await heir.messages(user, body.conversationId))[1], { inputTokens: 30, outputTokens: 3, costUsd: '0.000400' })
})

t.test('B-1 figures that were not booked in time are unknown, not zero, and come with the call’s event', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  world.aiRouter.play((call) => {
    call.started()
    call.text('all of it')
    call.part({ finished: { reason: 'FINISH_REASON_STOP', model: 'gpt-test', provider: 'openai' } })
  })
  const { body } = await chat.ask(user)
  await chat.ended(user, body.turnId)
  const callId = idOf(world.aiRouter.calls[0])
  t.match(await endOf(world, body.turnId), { subject: COMPLETED, callId })
  const answer = async () => (await chat.messages(user, body.conversationId))[1] ?? {}
  t.notOk('costUsd' in (await answer()) || 'inputTokens' in (await answer()))
  await tellUsage(world, { callId, turnId: body.turnId })
  t.match(await answer(), { inputTokens: 7, outputTokens: 3, costUsd: '0.000021' })
})

t.test('B-1 a call that is metered before its answer is stopped is not missed', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  world.aiRouter.play(async (call) => {
    call.text('partial')
    await call.gone
  })
  const id = randomUUID()
  const reader = world.follow(id)
  await chat.ask(user, { id })
  await reader.untilText('partial')
  const callId = idOf(world.aiRouter.calls[0])
  await tellUsage(world, { callId, turnId: id })
  await tellUsage(world, { callId: randomUUID(), turnId: id, purpose: CallPurpose.TITLE, costMicroUsd: 999 })
  await chat.call('POST', `/api/v1/turns/${id}/stop`, user)
  const last = await reader.untilLast()
  t.match(last, { message: { status: 'stopped', model: 'gpt-told', inputTokens: 7, outputTokens: 3, costUsd: '0.000021' } })
  t.match(await endOf(world, id), { subject: STOPPED, callId, outputTokens: 3 })
})

t.test('B-17 a stopped answer is charged for the call that wrote its text, not for one that was still silent', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  world.aiRouter.play(async (call) => {
    if (call.request.prefill) {
      await call.gone
      return
    }
    call.text('written')
    setImmediate(call.cut)
  })
  const { body } = await chat.ask(user)
  await waitFor('the second call', () => world.aiRouter.calls[1])
  await chat.call('POST', `/api/v1/turns/${body.turnId}/stop`, user)
  t.match(await chat.ended(user, body.turnId), { status: 'stopped', text: 'written' })
  t.match(await endOf(world, body.turnId), { subject: STOPPED, callId: idOf(world.aiRouter.calls[0]) })
})

t.test('B-17 R-4 an answer without a word has no charged call, also when it had some that became void', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  world.aiRouter.play(async (call) => {
    if (call.request.prefill) return call.failed('cannot_continue', 'This model begins anew.')
    if (world.aiRouter.calls.length > 1) return void (await call.gone)
    call.text('void')
    setImmediate(call.cut)
  })
  const { body } = await chat.ask(user)
  await waitFor('the third call', () => world.aiRouter.calls[2])
  await chat.call('POST', `/api/v1/turns/${body.turnId}/stop`, user)
  t.match(await chat.ended(user, body.turnId), { status: 'stopped', text: '' })
  t.match(await endOf(world, body.turnId), { subject: STOPPED, callId: '', outputTokens: 0 })
})

t.test('B-17 stopped after its owner was lost: the stored text knows which call wrote it', async (t) => {
  const world = await startWorld(t)
  const owner = await world.startChatProcess()
  const user = aUser()
  world.aiRouter.play(async (call) => {
    call.text('kept')
    await call.gone
  })
  const id = randomUUID()
  await owner.call('POST', '/internal/turns', user, { id, conversationId: null, text: 'Tell me.' })
  await waitFor('the stored text', async () => (await world.query("SELECT FROM turn WHERE text = 'kept'")).length === 1)
  await owner.kill()
  await world.query('UPDATE turn SET stop_requested_at = now()')
  const heir = await world.startChat()
  t.match(await heir.ended(user, id), { status: 'stopped', text: 'kept' })
  t.match(await endOf(world, id), { subject: STOPPED, callId: idOf(world.aiRouter.calls[0]) })
})

t.test('B-17 a deleted conversation ends its running answer with the call that wrote it', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  world.aiRouter.play(async (call) => {
    call.text('some words')
    await call.gone
  })
  const { body } = await chat.ask(user)
  await waitFor('the stored text', async () => (await world.query("SELECT FROM turn WHERE text = 'some words'")).length === 1)
  t.equal((await chat.call('DELETE', `/api/v1/conversations/${body.conversationId}`, user)).status, 204)
  t.match(await endOf(world, body.turnId), { subject: STOPPED, callId: idOf(world.aiRouter.calls[0]) })
})

t.test('B-17 a failed answer has no charged call and never gets figures', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  world.aiRouter.play((call) => {
    call.started()
    if (!call.request.prefill) call.text('A partial')
    call.failed('provider_unavailable', 'No model answers right now.')
  })
  const { body } = await chat.ask(user)
  t.match(await chat.ended(user, body.turnId), { status: 'failed', text: 'A partial' })
  for (const call of world.aiRouter.calls) await tellUsage(world, { callId: idOf(call), turnId: body.turnId })
  t.match(await endOf(world, body.turnId), { subject: 'evt.chat.turn.failed.v1', callId: '' })
  const [, answer = {}] = await chat.messages(user, body.conversationId)
  t.match(answer, { status: 'failed', model: 'gpt-test' })
  t.notOk('costUsd' in answer || 'inputTokens' in answer)
})
