import { randomUUID } from 'node:crypto'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { noMarks } from '../src/turns/frame-marks.ts'
import { aUser, startWorld } from './harness.ts'

t.test('F-14 once a turn has another owner, everything the old one writes is refused', async (t) => {
  const world = await startWorld(t)
  const old = await world.startChat()
  const user = aUser()
  const end = Promise.withResolvers<void>()
  world.aiRouter.play(async (call) => {
    if (!call.request.prefill) call.text('first half, ')
    await end.promise
    call.text('second half')
    call.finished()
  })
  const id = randomUUID()
  const reader = world.follow(id)
  await old.ask(user, { id })
  await reader.untilText('first half, ')
  const work = old.deps.running.find(id)?.work
  if (!work) throw new Error('the turn does not run')

  const heir = await world.startChat()
  // Again and again: the owner may renew it before the heir looks.
  await waitFor('the take-over', async () => {
    if (heir.deps.running.find(id)) return true
    await world.query("UPDATE turn SET lease_until = now() - interval '1 second' WHERE attempt = 1")
    return false
  })
  await waitFor('the old owner to let go', () => !old.deps.running.find(id))

  const late = { id, attempt: work.attempt, text: 'from the past', seq: 99, marks: noMarks, writerId: randomUUID() }
  t.same(await old.deps.leases.renew([late], 60_000), [])
  t.same(await old.deps.leases.saveTexts([late], 60_000), [])
  await old.deps.leases.handOver([late])
  const ending = { status: 'completed', model: 'm', provider: 'p', chargedCallId: randomUUID(), figures: null } as const
  t.equal(await old.deps.endings.end(work, late, ending), null)
  t.equal(await old.deps.endings.findEnded(work), null)

  end.resolve()
  t.match(await heir.ended(user, id), { status: 'completed', text: 'first half, second half' })
  const events = await world.eventsOf(id)
  t.same(
    events.map(({ payload }) => payload.attempt),
    [2],
  )
  t.equal(reader.text(), 'first half, second half')
  t.same(reader.disorder(), [])
})
