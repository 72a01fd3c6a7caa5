import { timestampNow } from '@bufbuild/protobuf/wkt'
import { events } from '@parley/contracts'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { claimsOf, startAuth } from './harness.ts'

const auth = await startAuth()
t.teardown(auth.close)

/** As billing says it. */
const say = (userId: string, plan: string, version: bigint) =>
  auth.deps.transact(({ publish }) =>
    publish(events.entitlementChanged, { aggregateId: userId, message: { userId, plan, version, occurredAt: timestampNow() } }),
  )
const planOf = async (person: { id: string }) =>
  (await auth.sql<{ plan: string }>('SELECT plan FROM user_account WHERE id = $1', [person.id]))[0]?.plan

t.test('E4 a new plan shows in /me and in the next access token', async (t) => {
  const person = await auth.signUp()
  await say(person.id, 'pro', 2n)
  await waitFor('the plan', async () => (await planOf(person)) === 'pro')
  t.match(await auth.ask('GET', '/api/v1/me', { as: person }), { body: { user: { plan: 'pro' } } })
  const { body } = await auth.ask('POST', '/api/v1/auth/refresh', { body: { refreshToken: person.refreshToken } })
  t.equal(claimsOf(body.accessToken).plan, 'pro')
  t.equal(body.user.plan, 'pro')
})

t.test('E4 an older statement that arrives late is ignored, unknown accounts and plans do no harm', async (t) => {
  const person = await auth.signUp()
  await say(person.id, 'pro', 3n)
  await waitFor('the plan', async () => (await planOf(person)) === 'pro')
  await say(person.id, 'free', 2n)
  await say('0190a000-0000-7000-8000-000000000000', 'pro', 9n)
  await say(person.id, 'platinum', 9n)
  const marker = await auth.signUp()
  await say(marker.id, 'pro', 2n)
  await waitFor('everything before the marker', async () => (await planOf(marker)) === 'pro')
  await waitFor('all of them to be handled', async () => {
    const { num_ack_pending, num_pending } = await auth.outside.manager.consumers.info('EVENTS', 'auth-entitlements')
    return num_ack_pending === 0 && num_pending === 0
  })
  t.equal(await planOf(person), 'pro')
})
