import { setTimeout as delay } from 'node:timers/promises'
import { type ReserveTurnReply, requests } from '@parley/contracts'
import { call } from '@parley/messaging'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { v7 as uuidv7 } from 'uuid'
import { startUsage } from './harness.ts'

const usage = await startUsage({ LIMIT_FREE_HOUR: '10', LIMIT_FREE_DAY: '12' })
t.teardown(() => usage.close())

const reserve = (userId: string, turnId = uuidv7(), isAdmin = false): Promise<ReserveTurnReply> =>
  call(usage.bus, requests.reserveTurn, { turnId, userId, isAdmin }, { timeoutMs: 10_000 })

const limits = async (userId: string, role: 'user' | 'admin' = 'user') =>
  (await usage.app.inject({ url: '/api/v1/usage/limits', headers: await usage.principals.header({ userId, role }) })).json()

/** Moves everything a user took into the past, by the database's clock. */
const age = (userId: string, interval: string) =>
  usage.pool.query('UPDATE reservation SET created_at = created_at - $2::interval WHERE user_id = $1', [userId, interval])

t.test('R-1 30 parallel reservations with 5 left admit exactly 5', async (t) => {
  const userId = uuidv7()
  for (let taken = 0; taken < 5; taken++) t.ok((await reserve(userId)).granted)
  const replies = await Promise.all(Array.from({ length: 30 }, () => reserve(userId)))
  t.equal(replies.filter((reply) => reply.granted).length, 5)
  const refused = replies.filter((reply) => !reply.granted)
  t.ok(
    refused.every((reply) => reply.retryAfterS > 3500 && reply.retryAfterS <= 3600),
    'a refused user learns when a message is free again',
  )
  t.match(await limits(userId), { plan: 'free', hour: { limit: 10, used: 10 }, day: { limit: 12, used: 10 } })
})

t.test('B-4 repeating a reservation takes one message, however often and however parallel', async (t) => {
  const userId = uuidv7()
  const turnId = uuidv7()
  const replies = await Promise.all(Array.from({ length: 20 }, () => reserve(userId, turnId)))
  t.ok(replies.every((reply) => reply.granted))
  t.match(await limits(userId), { hour: { used: 1 } })
})

t.test('R-1 the hour slides and the day is the UTC day', async (t) => {
  const userId = uuidv7()
  for (let taken = 0; taken < 10; taken++) await reserve(userId)
  t.notOk((await reserve(userId)).granted, 'the hour is full')
  await age(userId, '59 minutes')
  t.notOk((await reserve(userId)).granted, 'after 59 minutes it still is')
  await age(userId, '1 minute')
  t.ok((await reserve(userId)).granted, 'after 60 it is not')

  const sleeper = uuidv7()
  for (let taken = 0; taken < 10; taken++) await reserve(sleeper)
  await age(sleeper, '1 day')
  t.match(await limits(sleeper), { hour: { used: 0 }, day: { used: 0 } }, 'yesterday does not count')
})

t.test('D1 a full day refuses until midnight, administrators are never refused', async (t) => {
  const userId = uuidv7()
  const today = await usage.pool.query<{ s: number }>("SELECT extract(epoch FROM now() - date_trunc('day', now(), 'UTC'))::float8 AS s")
  const sinceMidnightS = today.rows[0]?.s ?? 0
  for (let taken = 0; taken < 10; taken++) await reserve(userId)
  // Only later than an hour after midnight can messages be of today and yet outside the hour.
  if (sinceMidnightS > 3700) {
    await age(userId, '61 minutes')
    t.ok((await reserve(userId)).granted)
    t.ok((await reserve(userId)).granted)
    const refused = await reserve(userId)
    t.notOk(refused.granted, 'the day is full')
    t.ok(refused.retryAfterS > 0 && refused.retryAfterS <= 86_400 - sinceMidnightS + 1, 'until midnight, UTC')
  }

  const admin = uuidv7()
  const replies = await Promise.all(Array.from({ length: 15 }, () => reserve(admin, uuidv7(), true)))
  t.ok(replies.every((reply) => reply.granted && reply.plan === 'admin' && reply.hour?.limit === -1))
  t.match(await limits(admin, 'admin'), { plan: 'admin', hour: { limit: -1, used: 15 } })
})

t.test('R-4 a question that waited longer than its asker keeps nothing', async (t) => {
  const userId = uuidv7()
  const blocker = await usage.pool.connect()
  await blocker.query('BEGIN')
  await blocker.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [userId])
  const late = call(usage.bus, requests.reserveTurn, { turnId: uuidv7(), userId, isAdmin: false }, { timeoutMs: 100 })
  await t.rejects(late, { code: 'service_busy' })
  // Usage counts its time from when it was asked.
  await delay(100)
  await blocker.query('ROLLBACK')
  blocker.release()
  // Decisions about one user are made one after the other: this one comes after the late one.
  t.ok((await reserve(userId)).granted)
  t.ok(await waitFor('the late one to be given back', async () => (await limits(userId)).hour.used === 1))
})

t.test("a turn's id that belongs to somebody else is a conflict and takes nothing", async (t) => {
  const [owner, thief, turnId] = [uuidv7(), uuidv7(), uuidv7()]
  await reserve(owner, turnId)
  await t.rejects(reserve(thief, turnId), { code: 'turn_conflict' })
  t.match(await limits(thief), { hour: { used: 0 } })
})

t.test('A-23 ids that are none are refused', async (t) => {
  await t.rejects(reserve('me', 'that'), { code: 'invalid_request' })
})

t.test('A-19 the limits of nobody are a 401', async (t) => {
  const answer = await usage.app.inject({ url: '/api/v1/usage/limits' })
  t.equal(answer.statusCode, 401)
  t.match(answer.json(), { code: 'unauthenticated' })
})
