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

t.test('F1 R-6 at 80 and at 100 percent of a spending limit its user is told once each, and nobody of the platform’s', async (t) => {
  const world = await startWorld(t)
  const ada = world.auth.add()
  await world.spendReached(ada, 80)
  await world.spendReached(null, 80)
  await world.spendReached(ada, 100)
  const nearly = await world.inbox.waitFor(ada.email, ({ subject }) => subject.includes('80 % of this month'))
  await world.inbox.waitFor(ada.email, ({ subject }) => subject.includes('all of this month'))
  t.match(nearly.text, `${PUBLIC_URL}/usage`)
  await world.settled()
  await world.redeliverAll()
  await world.settled()

  t.equal(world.inbox.messages(ada.email).length, 2)
  t.equal((await world.mails()).length, 2)
  const list = await world.request('GET', '/api/v1/notifications', { userId: ada.userId })
  const kinds = list.body.items.map(({ kind }: { kind: string }) => kind).sort()
  t.same(kinds, ['spend_cap_nearly_used', 'spend_cap_used'])
})
