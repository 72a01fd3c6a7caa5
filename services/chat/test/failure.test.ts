import { randomUUID } from 'node:crypto'
import t from 'tap'
import { aUser, startWorld } from './harness.ts'

t.test('F-16 when the model fails the question is kept, with the text so far and the documented error', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  world.aiRouter.play((call) => {
    call.started()
    // The model broke in the middle, and is not there any more when it is asked to go on.
    if (!call.request.prefill) call.text('A partial')
    call.failed('provider_unavailable', 'No model answers right now.')
  })
  const id = randomUUID()
  const reader = world.follow(id)
  const { body } = await chat.ask(user, { id, text: 'Keep this.' })
  const error = { code: 'provider_unavailable', message: 'No model answers right now.' }
  t.match(await reader.untilLast(), { type: 'turn.failed', error })
  t.same(reader.disorder(), [])
  t.match(await chat.turn(user, id), { status: 'failed', text: 'A partial', error })
  t.match(await chat.messages(user, body.conversationId), [
    { role: 'user', text: 'Keep this.', status: 'completed' },
    { role: 'assistant', text: 'A partial', status: 'failed', model: 'gpt-test' },
  ])
  t.match(await world.eventsOf(id), [{ subject: 'evt.chat.turn.failed.v1', payload: { turnId: id, code: 'provider_unavailable' } }])
})

t.test('a code that the public API does not list is not shown', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  world.aiRouter.play((call) => call.failed('secret_internal_code', 'stack trace'))
  const { body } = await chat.ask(user)
  const { error } = await chat.ended(user, body.turnId)
  t.equal(error?.code, 'provider_unavailable')
  t.notMatch(error?.message, /stack/)
})

t.test('F-15 a provider that breaks in the middle is gone on from, as is an ai-router that ends', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const steps = ['provider_unavailable', 'service_busy', 'service_busy']
  world.aiRouter.play((call) => {
    const code = steps.shift()
    call.text(`${steps.length} `)
    if (code) call.failed(code, 'Not now.')
    else call.finished()
  })
  const { body } = await chat.ask(user)
  t.match(await chat.ended(user, body.turnId), { status: 'completed', text: '2 1 0 0 ' })
})

t.test('what the model refuses is refused at once', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  for (const code of ['content_blocked', 'model_not_allowed', 'context_overflow', 'rate_limited', 'provider_unavailable']) {
    world.aiRouter.play((call) => call.failed(code, 'No.'))
    const { body } = await chat.ask(user)
    t.match(await chat.ended(user, body.turnId), { status: 'failed', error: { code, message: 'No.' } })
  }
  t.ok(world.aiRouter.calls.length > 1)
})

t.test('F-16 a call that told its readers much and wrote nothing is not made again', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  world.aiRouter.play((call) => {
    call.part({ status: { state: 'COMPLETION_STATE_SWITCHED_PROVIDER', message: 'A is unavailable, B answers.' } })
    call.part({ status: { state: 'COMPLETION_STATE_RETRYING', message: 'Trying again…' } })
    call.failed('provider_unavailable', 'No model answers right now.')
  })
  const { body } = await chat.ask(user)
  t.match(await chat.ended(user, body.turnId), { status: 'failed', error: { code: 'provider_unavailable' } })
  t.equal(world.aiRouter.calls.length, 1)
})

t.test('C8 an answer that is blocked is taken back: its readers are told, and nobody reads it again', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  world.aiRouter.play((call) => {
    call.text('Something that should not be read')
    call.failed('content_blocked', 'This was stopped by our content rules.')
  })
  const id = randomUUID()
  const reader = world.follow(id)
  const { body } = await chat.ask(user, { id })
  t.match(await reader.untilLast(), { type: 'turn.failed', error: { code: 'content_blocked' } })
  t.same(reader.disorder(), [])
  t.equal(reader.frames.at(-2)?.type, 'turn.restarted')
  t.match(await chat.turn(user, id), { status: 'failed', text: '' })
  t.match(await chat.messages(user, body.conversationId), [{ role: 'user' }, { role: 'assistant', text: '', status: 'failed' }])
  t.match(await world.eventsOf(id), [{ subject: 'evt.chat.turn.failed.v1', payload: { code: 'content_blocked' } }])
})

t.test('F-2 a connection to the ai-router that breaks is opened again from the text shown', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  world.aiRouter.play((call) => {
    if (call.request.prefill) {
      call.text('b')
      call.finished()
    } else {
      call.text('a')
      setImmediate(call.cut)
    }
  })
  const id = randomUUID()
  const reader = world.follow(id)
  await chat.ask(user, { id })
  t.match(await reader.untilLast(), { type: 'turn.completed', message: { text: 'ab' } })
  t.same(reader.disorder(), [])
  t.same(
    world.aiRouter.calls.map(({ request }) => request.prefill ?? ''),
    ['', 'a'],
  )
  t.equal(new Set(world.aiRouter.calls.map(({ request }) => request.callId)).size, 2)
})

t.test('without the ai-router a turn ends with service_busy, after it was tried again', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  world.aiRouter.play((call) => call.cut())
  const id = randomUUID()
  const reader = world.follow(id)
  await chat.ask(user, { id })
  t.match(await reader.untilLast(), { type: 'turn.failed', error: { code: 'service_busy' } })
  t.ok(world.aiRouter.calls.length > 1)
  t.ok(reader.frames.some((frame) => frame.type === 'turn.status' && frame.status === 'retrying'))
})
