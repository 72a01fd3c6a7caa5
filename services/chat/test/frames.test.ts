import { randomUUID } from 'node:crypto'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { aUser, startWorld } from './harness.ts'

t.test('frames are numbered without a gap, and together they are the stored text', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const words = Array.from({ length: 500 }, (_, index) => `word ${index} 😀 `)
  world.aiRouter.play(async (call) => {
    call.started()
    for (const [index, word] of words.entries()) {
      call.text(word)
      if (index % 10 === 0) await new Promise(setImmediate)
    }
    call.finished()
  })

  const id = randomUUID()
  const reader = world.follow(id)
  await chat.ask(user, { id })
  const last = await reader.untilLast()
  const turn = await chat.turn(user, id)
  t.same(reader.disorder(), [])
  t.equal(reader.text(), words.join(''))
  t.equal(turn.text, words.join(''))
  t.equal(turn.seq, last.seq - 1, 'the number of the last frame the text contains')
  t.same(turn.message, last.type === 'turn.completed' && last.message)
  t.match(last, { type: 'turn.completed', message: { text: turn.text, turnId: id, costUsd: '0.001234' } })
})

t.test('tokens that arrive together are one frame', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  world.aiRouter.play((call) => {
    call.text(...Array.from({ length: 200 }, () => 'x'))
    call.finished()
  })
  const id = randomUUID()
  const reader = world.follow(id)
  await chat.ask(aUser(), { id })
  await reader.untilLast()
  t.equal(reader.text(), 'x'.repeat(200))
  t.ok(reader.frames.length < 20, `${reader.frames.length} frames`)
})

t.test('silence is told once, and what the ai-router says is passed on', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat({ waitingAfterMs: 40 })
  const goOn = Promise.withResolvers<void>()
  world.aiRouter.play(async (call) => {
    await goOn.promise
    call.part({ status: { state: 'COMPLETION_STATE_SWITCHED_PROVIDER', message: 'Another provider answers.' } })
    call.text('done')
    call.finished()
  })
  const id = randomUUID()
  const reader = world.follow(id)
  await chat.ask(aUser(), { id })
  await reader.untilStatus('waiting')
  goOn.resolve()
  await reader.untilLast()
  t.same(
    reader.frames.map((frame) => (frame.type === 'turn.status' ? frame.status : frame.type)),
    ['waiting', 'switched_provider', 'turn.delta', 'turn.completed'],
  )
  t.same(reader.disorder(), [])
})

t.test('while NATS is away the answer goes on; readers then get what they missed, in order', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const away = Promise.withResolvers<void>()
  const back = Promise.withResolvers<void>()
  world.aiRouter.play(async (call) => {
    call.text('before ')
    await away.promise
    for (const word of ['while ', 'it ', 'was ', 'away ']) {
      call.text(word)
      await new Promise(setImmediate)
    }
    await back.promise
    call.text('after')
    call.finished()
  })
  const id = randomUUID()
  const reader = world.follow(id)
  await chat.ask(user, { id })
  await reader.untilText('before ')

  await world.nats.kill()
  await waitFor('the loss to be noticed', () => !chat.deps.bus.isConnected())
  away.resolve()
  await waitFor('the text to be stored meanwhile', async () => (await chat.turn(user, id)).text === 'before while it was away ')
  await world.nats.restart()
  await reader.untilText('before while it was away ')
  back.resolve()
  t.match(await reader.untilLast(), { type: 'turn.completed', message: { text: 'before while it was away after' } })
  t.same(reader.disorder(), [])
})
