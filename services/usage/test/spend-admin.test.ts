import type { Message } from '@bufbuild/protobuf'
import { type EventContract, events } from '@parley/contracts'
import { type Bus, follow } from '@parley/messaging'
import { createLogger } from '@parley/telemetry'
import { waitFor } from '@parley/testing'
import t, { type Test } from 'tap'
import { v7 as newId } from 'uuid'
import { buildApp } from '../src/app.ts'
import { startUsage } from './harness.ts'
import { aTurn, codeOf, spendingOn, usd } from './spending.ts'

const PATH = '/api/v1/admin/usage/spend-caps'
const admin = { userId: newId(), role: 'admin' as const }
const environment = {
  SPEND_CAP_FREE_MONTH_USD: '5',
  SPEND_CAP_PRO_MONTH_USD: 'none',
  SPEND_CAP_PLATFORM_MONTH_USD: '900',
  SPEND_FOLD_MS: '20',
}

async function startAdministered(test: Test, more: Record<string, string> = {}) {
  const usage = await startUsage({ ...environment, ...more }, { replicas: 2 })
  test.teardown(() => usage.close())
  const [other] = usage.others
  if (!other) throw new Error('a second replica was asked for')
  const otherApp = await buildApp(other)
  test.teardown(() => otherApp.close())
  /** Asks the other replica than the one that answers `spending`'s reads. */
  const ask = async (
    method: 'GET' | 'PUT' | 'DELETE',
    path: string,
    body?: object,
    principal: Parameters<typeof usage.principals.header>[0] = admin,
  ) => {
    const headers = await usage.principals.header(principal)
    const answer = await otherApp.inject({ method, url: `${PATH}${path}`, headers, ...(body && { payload: body }) })
    return { status: answer.statusCode, body: answer.body === '' ? null : answer.json() }
  }
  return { usage, ask, spending: spendingOn(usage) }
}

/** All that is told from now on. */
function listen<M extends Message>(test: Test, bus: Bus, event: EventContract<M>): M[] {
  const heard: M[] = []
  const logger = createLogger({ name: 'listener', level: 'silent' })
  const follower = follow({ bus, event, sinceMs: 60_000, logger, handle: (message) => void heard.push(message) })
  test.teardown(() => follower.stop())
  return heard
}

t.test('R-6 an administrator sees and sets caps: they count at once on every replica, and the audit log is told who did it', async (t) => {
  const { usage, ask, spending } = await startAdministered(t)
  const told = listen(t, usage.bus, events.capChanged)
  t.match(await ask('GET', ''), {
    status: 200,
    body: {
      platform: { source: 'default', month: { capUsd: '900.000000', spentUsd: '0.000000' }, day: { capUsd: null } },
      plans: { free: { source: 'default', monthUsd: '5.000000' }, pro: { source: 'default', monthUsd: null } },
    },
  })
  const userId = newId()
  await spending.spends(userId, 2)
  const mayBegin = () => codeOf(spending.reserve(aTurn(userId), { hold: 1n }))

  t.match(await ask('PUT', '/plans/free', { monthUsd: '1.50' }), { body: { plans: { free: { source: 'own', monthUsd: '1.500000' } } } })
  t.equal(await mayBegin(), 'spend_cap_reached')
  t.match(await spending.spendOf(userId), { capUsd: '1.500000', spentUsd: '2.000000' })
  t.match(await ask('PUT', `/users/${userId}`, { monthUsd: '3' }), {
    body: { user: { userId, plan: 'free', source: 'own', month: { capUsd: '3.000000', spentUsd: '2.000000' } } },
  })
  t.equal(await mayBegin(), 'ok', 'the user’s own comes before that of the plan')
  t.equal((await ask('DELETE', `/users/${userId}`)).status, 204)
  t.match(await ask('GET', `/users/${userId}`), { body: { user: { source: 'plan', month: { capUsd: '1.500000' } } } })
  t.equal((await ask('DELETE', '/plans/free')).status, 204)
  t.match(await ask('GET', `/users/${userId}`), { body: { user: { source: 'default', month: { capUsd: '5.000000' } } } })
  t.match(await ask('PUT', '/platform', { monthUsd: null, dayUsd: '0' }), {
    body: { platform: { source: 'own', day: { capUsd: '0.000000' } } },
  })
  t.equal(await mayBegin(), 'spend_cap_reached', 'nothing begins at 0')
  t.match(await ask('DELETE', '/platform'), { status: 204 })
  t.match(await ask('DELETE', '/platform'), { status: 404, body: { code: 'spend_cap_not_set' } })
  t.equal(await mayBegin(), 'ok')

  await waitFor('every change to be told', () => told.length === 6)
  const toldOf = (wanted: string) =>
    told.flatMap(({ subject, actorId, action, monthMicroUsd, dayMicroUsd }) =>
      subject === wanted ? [{ actorId, action, monthMicroUsd, dayMicroUsd }] : [],
    )
  const [actorId, deleted] = [admin.userId, { action: 'deleted', monthMicroUsd: undefined, dayMicroUsd: undefined }]
  t.match(toldOf('free'), [{ actorId, action: 'changed', monthMicroUsd: usd(1.5), dayMicroUsd: undefined }, deleted])
  t.match(toldOf(userId), [{ actorId, action: 'changed', monthMicroUsd: usd(3) }, deleted])
  t.match(toldOf('platform'), [{ actorId, action: 'changed', monthMicroUsd: undefined, dayMicroUsd: 0n }, deleted])
})

t.test('R-6 those who have spent most come first', async (t) => {
  const { ask, spending } = await startAdministered(t)
  const [little, most] = [newId(), newId()]
  await spending.spends(little, 0.5)
  await spending.spends(most, 4)
  t.match((await ask('GET', '/users?limit=1')).body, { items: [{ userId: most, month: { spentUsd: '4.000000', capUsd: '5.000000' } }] })
  t.same(
    (await ask('GET', '/users')).body.items.map(({ userId }: { userId: string }) => userId),
    [most, little],
  )
})

t.test('A-19 A-23 caps are administrators’, and what is no amount is refused', async (t) => {
  const { ask } = await startAdministered(t)
  const user = { userId: newId(), role: 'user' as const }
  const changes: [string, object][] = [
    ['/platform', { monthUsd: '1', dayUsd: null }],
    ['/plans/free', { monthUsd: '1' }],
    [`/users/${user.userId}`, { monthUsd: '1' }],
  ]
  for (const [path, body] of changes) {
    t.equal((await ask('PUT', path, body, user)).status, 403, path)
    t.equal((await ask('DELETE', path, undefined, user)).status, 403, path)
    for (const monthUsd of ['-1', '1e3', '0.0000001', 5, undefined])
      t.equal((await ask('PUT', path, { ...body, monthUsd })).status, 400, path)
  }
  for (const path of ['', '/users', `/users/${user.userId}`]) t.equal((await ask('GET', path, undefined, user)).status, 403, path)
  t.equal((await ask('PUT', '/plans/admin', { monthUsd: '1' })).status, 400)
  t.equal((await ask('PUT', '/users/me', { monthUsd: '1' })).status, 400)
  t.equal((await ask('PUT', '/users/00000000-0000-0000-0000-000000000000', { monthUsd: '1' })).status, 404, 'nobody has this id')
})

t.test('R-6 F1 80 and 100 percent of a cap are said once each, of the platform’s as of a user’s, and not to administrators', async (t) => {
  const { usage, ask, spending } = await startAdministered(t, { SPEND_CAP_PLATFORM_MONTH_USD: '19' })
  const heard = listen(t, usage.bus, events.spendReached)
  const isTold = (expected: [string, number, bigint][]) =>
    waitFor(`${expected.length} marks`, () => heard.length === expected.length).then(() =>
      t.same(
        heard.map(({ userId, percent, capMicroUsd }) => [userId, percent, capMicroUsd]).toSorted(inAnyOrder),
        expected.toSorted(inAnyOrder),
      ),
    )
  const [ada, grace, root] = [newId(), newId(), newId()]

  await spending.spends(ada, 3.9)
  await spending.spends(ada, 0.1)
  const nearly: [string, number, bigint] = [ada, 80, usd(5)]
  await isTold([nearly])
  await spending.spends(ada, 0.9)
  await spending.spends(ada, 0.1)
  const used: [string, number, bigint] = [ada, 100, usd(5)]
  await isTold([nearly, used])

  await ask('PUT', `/users/${ada}`, { monthUsd: '18' })
  await spending.spends(ada, 10.5)
  const raised: [string, number, bigint][] = [
    [ada, 80, usd(18)],
    ['', 80, usd(19)],
  ]
  await isTold([nearly, used, ...raised])

  const administrators = aTurn(root)
  await spending.reserve(administrators, { isAdmin: true })
  await spending.answer(administrators, usd(5))
  await spending.isSpent(root, 5)
  await spending.spends(grace, 6)
  await isTold([nearly, used, ...raised, ['', 100, usd(19)], [grace, 100, usd(5)]])
})

const inAnyOrder = (one: unknown[], other: unknown[]) => String(one).localeCompare(String(other))
