import { randomUUID } from 'node:crypto'
import { broadcasts, type chatApi, encodeFrame, liveTurnSubject } from '@parley/contracts'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { answering, type Script } from './fake-ai-router.ts'
import { aUser, startWorld } from './harness.ts'

const words = Array.from({ length: 40 }, (_, index) => `word${index} `)
const wholeText = words.join('')

/** A model that goes on exactly where the given text ends, and pauses half-way on the first call until it is cut off. */
const continuing =
  (half: number): Script =>
  async (call) => {
    call.started()
    const rest = wholeText.slice((call.request.prefill ?? '').length)
    const isFirst = rest === wholeText
    for (const word of rest.match(/\S+ /g)?.slice(0, isFirst ? half : undefined) ?? []) {
      call.text(word)
      await new Promise(setImmediate)
    }
    if (isFirst) await call.gone
    else call.finished()
  }

t.test('F-1 a replica killed in the middle of an answer: another one goes on with the exact text, once', async (t) => {
  const world = await startWorld(t)
  const doomed = await world.startChatProcess()
  const heir = await world.startChat()
  const user = aUser()
  world.aiRouter.play(continuing(20))
  const id = randomUUID()
  const reader = world.follow(id)

  const { status } = await doomed.call('POST', '/internal/turns', user, { id, conversationId: null, text: 'Tell me.' })
  t.equal(status, 202)
  const shown = words.slice(0, 20).join('')
  await reader.untilText(shown)
  await doomed.kill()

  const last = await reader.untilLast()
  t.match(last, { type: 'turn.completed', message: { text: wholeText } })
  t.equal(reader.text(), wholeText)
  t.same(reader.disorder(), [])
  t.notOk(reader.frames.some(({ type }) => type === 'turn.restarted'))
  t.ok(reader.frames.some((frame) => frame.type === 'turn.status' && frame.status === 'continued'))
  t.equal(world.aiRouter.calls[1]?.request.prefill, shown)

  t.match(await heir.ended(user, id), { status: 'completed', text: wholeText, seq: last.seq - 1 })
  t.match(await world.query('SELECT attempt, lost_owners FROM turn'), [{ attempt: 2, lost_owners: 1 }])
  t.match(await world.eventsOf(id), [{ subject: 'evt.chat.turn.completed.v1', payload: { attempt: 2 } }])
})

t.test('F-1 C6 a replica killed before the first word of another answer: the next one asks for another answer as well', async (t) => {
  const world = await startWorld(t)
  const doomed = await world.startChatProcess()
  const heir = await world.startChat()
  const user = aUser()
  const { body: first } = await heir.ask(user)
  await heir.ended(user, first.turnId)
  world.aiRouter.play((call) => (world.aiRouter.calls.length === 2 ? void call.gone : answering('Another one.')(call)))
  const path = `/api/v1/messages/${first.userMessageId}/regenerate`
  const { body: again } = await doomed.call<{ turn: chatApi.Turn }>('POST', path, user, {})
  await waitFor('the question to reach the ai-router', () => world.aiRouter.calls.length === 2)
  await doomed.kill()
  t.match(await heir.ended(user, again.turn.id), { status: 'completed', text: 'Another one.' })
  t.same(
    world.aiRouter.calls.map(({ request }) => request.fresh),
    [false, true, true],
  )
})

t.test('F-14 what an owner says until it hears of the take-over is part of the answer, and no number is given twice', async (t) => {
  const world = await startWorld(t)
  const doomed = await world.startChatProcess()
  await world.startChat()
  const user = aUser()
  world.aiRouter.play(async (call) => {
    call.text(call.request.prefill ? 'the end' : 'begun, ')
    if (call.request.prefill) call.finished()
    else await call.gone
  })
  const id = randomUUID()
  const reader = world.follow(id)
  await doomed.call('POST', '/internal/turns', user, { id, conversationId: null, text: 'Tell me.' })
  await reader.untilText('begun, ')

  // Dead, so the test speaks for it.
  const seq = (reader.frames.at(-1)?.seq ?? 0) + 1
  const late = encodeFrame({ type: 'turn.delta', turnId: id, seq, text: 'late, ' })
  world.bus.onBroadcast(broadcasts.turnClaimed, () => setTimeout(() => world.bus.publishLive(liveTurnSubject(id), late), 20))
  await world.bus.connection.flush()
  await doomed.kill()

  t.match(await reader.untilLast(), { type: 'turn.completed', message: { text: 'begun, late, the end' } })
  t.equal(reader.text(), 'begun, late, the end')
  t.same(reader.disorder(), [])
})

t.test('F-14 what an owner says after the take-over is void, and who has seen it is put right', async (t) => {
  const world = await startWorld(t)
  const doomed = await world.startChatProcess()
  const heir = await world.startChat()
  const user = aUser()
  const { promise: lateIsOut, resolve: goOn } = Promise.withResolvers<void>()
  world.aiRouter.play(async (call) => {
    call.text(call.request.prefill ? 'and ' : 'begun, ')
    if (!call.request.prefill) {
      await call.gone
      return
    }
    await lateIsOut
    call.text('the end')
    call.finished()
  })
  const id = randomUUID()
  const reader = world.follow(id)
  await doomed.call('POST', '/internal/turns', user, { id, conversationId: null, text: 'Tell me.' })
  await reader.untilText('begun, ')
  const seq = reader.frames.at(-1)?.seq ?? 0
  await doomed.kill()
  await reader.untilText('begun, and ')

  // Dead, so the test speaks for it: as if it had been stopped between looking at its lease and sending.
  for (const late of [1, 2]) {
    world.bus.publishLive(liveTurnSubject(id), encodeFrame({ type: 'turn.delta', turnId: id, seq: seq + late, text: 'zombie ' }))
  }
  await world.bus.flush()
  goOn()
  t.match(await reader.untilLast(), { type: 'turn.completed', message: { text: 'begun, and the end' } })
  const heirs = reader.frames.filter((frame) => !(frame.type === 'turn.delta' && frame.text === 'zombie '))
  t.match(heirs[1], { type: 'turn.delta', fromSeq: seq + 1, text: '' })
  t.ok((heirs[1]?.seq ?? 0) > seq + 10_000, 'the numbers of the lost owner are left to it')
  t.match(heirs[2], { type: 'turn.status', status: 'continued' })

  const missedAfter = async (afterSeq: number) => (await heir.turn(user, id, afterSeq)).missed
  t.match(await missedAfter(seq), { text: 'and the end', restarted: false })
  t.match(await missedAfter(heirs[1]?.seq ?? 0), { text: 'and the end', restarted: false })
  for (const late of [1, 2]) t.match(await missedAfter(seq + late), { text: 'begun, and the end', restarted: true })
})

t.test('F-14 a replica that was only paused finds its turn taken and shows nothing more', async (t) => {
  const world = await startWorld(t)
  const paused = await world.startChatProcess()
  const heir = await world.startChat()
  const user = aUser()
  const goOn = Promise.withResolvers<void>()
  world.aiRouter.play(async (call) => {
    if (call.request.prefill) {
      call.text('the heir ends it')
      call.finished()
      return
    }
    call.text('begun, ')
    await goOn.promise
    // Waits in the paused replica's socket until it wakes up.
    call.text('zombie text')
    call.finished()
  })
  const id = randomUUID()
  const reader = world.follow(id)
  await paused.call('POST', '/internal/turns', user, { id, conversationId: null, text: 'Tell me.' })
  await reader.untilText('begun, ')

  process.kill(paused.pid, 'SIGSTOP')
  goOn.resolve()
  await reader.untilLast()
  const framesBefore = reader.frames.length
  process.kill(paused.pid, 'SIGCONT')
  await waitFor('the paused replica to notice', () => /another attempt owns this turn/.test(paused.logs()))
  await world.bus.connection.flush()

  t.equal(reader.frames.length, framesBefore)
  t.equal(reader.text(), 'begun, the heir ends it')
  t.match(await heir.turn(user, id), { status: 'completed', text: 'begun, the heir ends it' })
})

t.test('what nobody can continue is shown from the beginning', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const id = randomUUID()
  const reader = world.follow(id)
  world.aiRouter.play(async (call) => {
    if (call.request.prefill) return call.failed('cannot_continue', 'This model begins anew.')
    if (world.aiRouter.calls.length > 1) {
      call.text('valid')
      return call.finished()
    }
    call.text('void')
    await reader.untilText('void')
    call.cut()
  })
  await chat.ask(user, { id })
  t.match(await reader.untilLast(), { type: 'turn.completed', message: { text: 'valid' } })
  t.same(
    reader.frames.map(({ type }) => type),
    ['turn.delta', 'turn.restarted', 'turn.delta', 'turn.completed'],
  )
})

t.test('when NATS lost the frames that were shown, readers are shown the stored text anew', async (t) => {
  const world = await startWorld(t)
  const first = await world.startChat()
  const user = aUser()
  world.aiRouter.play(async (call) => {
    if (call.request.prefill) {
      call.text('end')
      call.finished()
      return
    }
    call.text('stored, ')
    await call.gone
  })
  const id = randomUUID()
  await first.ask(user, { id })
  await waitFor('the stored text', async () => (await first.turn(user, id)).text === 'stored, ')
  await world.bus.manager.streams.purge('LIVE')
  const reader = world.follow(id)

  const heir = await world.startChat()
  await world.query("UPDATE turn SET lease_until = now() - interval '1 second'")
  t.match(await reader.untilLast(), { type: 'turn.completed', message: { text: 'stored, end' } })
  t.equal(reader.text(), 'stored, end')
  t.ok(reader.frames.some(({ type }) => type === 'turn.restarted'))
  t.match(await heir.turn(user, id), { status: 'completed' })
})

t.test('when NATS lost frames that were not stored yet, no number a reader has seen is given again', async (t) => {
  const world = await startWorld(t)
  const first = await world.startChat()
  const user = aUser()
  world.aiRouter.play(async (call) => {
    if (call.request.prefill) {
      call.text('end')
      call.finished()
      return
    }
    for (const word of words) {
      call.text(word)
      await new Promise(setImmediate)
    }
    await call.gone
  })
  const id = randomUUID()
  const reader = world.follow(id)
  await first.ask(user, { id })
  await reader.untilText(wholeText)
  const seen = reader.frames.at(-1)?.seq ?? 0
  await first.close()
  await world.bus.manager.streams.purge('LIVE')
  // As after a crash of Postgres and chat: what is stored is older than what was shown.
  await world.query("UPDATE turn SET text = 'word0 ', seq = 1, owner = 'lost'")

  const heir = await world.startChat()
  t.match(await heir.ended(user, id), { status: 'completed', text: 'word0 end' })
  await reader.untilLast()
  const later = reader.frames.filter(({ type, seq }) => seq > seen && type !== 'turn.completed')
  t.match(later[0], { type: 'turn.delta', fromSeq: 2 }, 'a gap for whoever has seen more than what is stored')
  t.equal(later.at(-1)?.seq, (await heir.turn(user, id)).seq)
  t.equal(reader.text(), 'word0 end')
})

t.test('a turn that costs one replica after the other is given up with service_busy', async (t) => {
  const world = await startWorld(t)
  const first = await world.startChat()
  const user = aUser()
  world.aiRouter.play(async (call) => {
    call.text('so far')
    await call.gone
  })
  const id = randomUUID()
  const reader = world.follow(id)
  await first.ask(user, { id })
  await reader.untilText('so far')
  await first.close()
  await world.query("UPDATE turn SET lost_owners = 4, owner = 'lost'")
  const heir = await world.startChat()
  t.match(await heir.ended(user, id), { status: 'failed', text: 'so far', error: { code: 'service_busy' } })
  t.match(await world.eventsOf(id), [{ subject: 'evt.chat.turn.failed.v1', payload: { code: 'service_busy' } }])
})
