import { randomUUID } from 'node:crypto'
import t from 'tap'
import { aUser, startWorld } from './harness.ts'

t.test('a replica that is told to end hands its turns over at once, and they go on with the exact text', async (t) => {
  const world = await startWorld(t)
  const leaving = await world.startChatProcess({ LEASE_MS: '60000' })
  const user = aUser()
  world.aiRouter.play(async (call) => {
    if (call.request.prefill) {
      call.text('and the rest')
      call.finished()
      return
    }
    call.text('the beginning ')
    await call.gone
  })
  const ids = Array.from({ length: 5 }, () => randomUUID())
  const readers = ids.map((id) => world.follow(id))
  await Promise.all(ids.map((id) => leaving.call('POST', '/internal/turns', user, { id, conversationId: null, text: 'Tell me.' })))
  await Promise.all(readers.map((reader) => reader.untilText('the beginning ')))

  const heir = await world.startChat()
  t.equal(await leaving.stop(), 0)
  for (const [index, reader] of readers.entries()) {
    t.match(await reader.untilLast(), { type: 'turn.completed', message: { text: 'the beginning and the rest' } })
    t.equal(reader.text(), 'the beginning and the rest')
    t.same(reader.disorder(), [])
    t.match(await heir.turn(user, ids[index] ?? ''), { status: 'completed' })
  }
  // The lease would have lasted a minute, and nobody was lost.
  t.same(await world.query('SELECT DISTINCT attempt, lost_owners FROM turn'), [{ attempt: 2, lost_owners: 0 }])
})
