import { waitFor } from '@parley/testing'
import t from 'tap'
import { startWorld } from './harness.ts'

type World = Awaited<ReturnType<typeof startWorld>>

const noticesOf = async (world: World, userId: string): Promise<{ kind: string; body: string }[]> =>
  (await world.request('GET', '/api/v1/notifications', { userId })).body.items

t.test(
  'D4 every administrator is told at once of a call that was dearer than expected, by mail and in the app, and nobody else',
  async (t) => {
    const world = await startWorld(t)
    const [ada, grace, user] = [world.auth.add('Ada'), world.auth.add('Grace'), world.auth.add('User')]
    world.auth.administrators.push(ada, grace)
    const live = world.liveMessages(ada)
    await world.costExceeded(1_230_000)
    for (const { email } of [ada, grace]) {
      const mail = await world.inbox.waitFor(email)
      t.match(mail, { subject: 'Model calls cost more than expected', text: /gpt-dear cost \$1\.23/ })
      t.match(mail.html, 'more than the $0.50')
    }
    await world.settled()
    t.equal(world.inbox.messages(user.email).length, 0)
    const [notice] = await noticesOf(world, grace.userId)
    t.match(notice, { kind: 'cost_alert', body: /gpt-dear cost \$1\.23/ })
    t.same(await noticesOf(world, user.userId), [])
    await waitFor('the notice in the open window', () => live.length === 1)
  },
)

t.test('D4 N-3 a storm of dear calls floods nobody: after the first one all are told together, once, whoever tells them', async (t) => {
  const world = await startWorld(t)
  await world.startReplica()
  const ada = world.auth.add('Ada')
  world.auth.administrators.push(ada)
  await world.costExceeded(600_000)
  await world.inbox.waitFor(ada.email)
  for (let call = 1; call <= 20; call += 1)
    await world.costExceeded(call === 7 ? 2_000_000 : 600_000, call === 7 ? 'gpt-dearest' : 'gpt-dear')
  await world.settled()
  t.same((await world.pool.query('SELECT calls FROM cost_alert WHERE told_at IS NULL AND due_at > now()')).rows, [{ calls: 20 }])
  t.equal(world.inbox.messages(ada.email).length, 1, 'not within the hour')

  await world.pool.query('UPDATE cost_alert SET due_at = now() WHERE told_at IS NULL')
  const second = await world.inbox.waitFor(ada.email, ({ text }) => text.includes('20 model calls'))
  t.match(second.text, /\$13\.40 together. The dearest one of gpt-dearest cost \$2/)
  await world.redeliverAll()
  await world.costExceeded(700_000)
  await world.settled()
  await waitFor('the last one, and none again', async () => {
    const { rows } = await world.pool.query('SELECT calls FROM cost_alert WHERE told_at IS NULL')
    return rows[0]?.calls === 1
  })
  t.equal(world.inbox.messages(ada.email).length, 2)
  t.equal((await noticesOf(world, ada.userId)).length, 2)
})

t.test('D4 while auth is away the alert waits, and is told when it is back', async (t) => {
  const world = await startWorld(t)
  const ada = world.auth.add('Ada')
  world.auth.administrators.push(ada)
  await world.auth.stop()
  await world.costExceeded(600_000)
  await waitFor('the alert', async () => (await world.pool.query('SELECT 1 FROM cost_alert')).rowCount === 1)
  world.auth.start()
  await world.inbox.waitFor(ada.email)
  await world.settled()
  t.equal(world.inbox.messages(ada.email).length, 1)
})
