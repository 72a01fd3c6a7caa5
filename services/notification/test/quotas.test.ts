import t from 'tap'
import { PUBLIC_URL, startWorld } from './harness.ts'

t.test('F1 at 80 and at 100 percent of a day a person is told once each, by mail and by a notice (N-3)', async (t) => {
  const world = await startWorld(t)
  const ada = world.auth.add()
  await world.quotaReached(ada, 80)
  await world.quotaReached(ada, 100)
  const nearly = await world.inbox.waitFor(ada.email, ({ subject }) => subject.includes('80 %'))
  await world.inbox.waitFor(ada.email, ({ subject }) => subject.includes('all of today'))
  t.match(nearly.text, `${PUBLIC_URL}/usage`)
  await world.settled()
  await world.redeliverAll()
  const grace = world.auth.add('Grace')
  await world.quotaReached(grace, 80)
  await world.inbox.waitFor(grace.email)
  await world.settled()

  t.equal(world.inbox.messages(ada.email).length, 2)
  const list = await world.request('GET', '/api/v1/notifications', { userId: ada.userId })
  const kinds = list.body.items.map(({ kind }: { kind: string }) => kind).sort()
  t.same(kinds, ['quota_nearly_used', 'quota_used'])
})
