import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { events } from '@parley/contracts'
import { publishEvent } from '@parley/messaging'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { v7 as newId } from 'uuid'
import { startUsage } from './harness.ts'

const usage = await startUsage({ ABUSE_BLOCKED_PROMPTS: '3', ABUSE_BLOCKED_WINDOW_S: '600' })
t.teardown(() => usage.close())

interface Blocked {
  callId?: string
  side?: 'input' | 'output'
  category?: string
  secondsAgo?: number
}

async function blocked(userId: string, { callId = newId(), side = 'input', category = 'injection', secondsAgo = 0 }: Blocked = {}) {
  const occurredAt = timestampFromDate(new Date(Date.now() - secondsAgo * 1_000))
  await publishEvent(usage.prisma, events.contentBlocked, {
    aggregateId: userId,
    message: { callId, turnId: '', userId, category, side, occurredAt },
  })
  return callId
}

const stored = (userId: string, count: number) =>
  waitFor(`${count} rows`, async () => (await usage.prisma.blockedText.count({ where: { userId } })) === count)

/** What was told of a user. */
async function told(userId: string): Promise<{ kind: string; count: number; threshold: number; windowS: number }[]> {
  const { rows } = await usage.pool.query<{ payload: { kind: string; count: number; threshold: number; windowS: number } }>(
    `SELECT payload FROM messaging.outbox WHERE subject = $1 AND payload->>'userId' = $2 ORDER BY position`,
    [events.abuseDetected.subject, userId],
  )
  return rows.map(({ payload }) => payload)
}

t.test('R-4 D5 a user with too many refused questions within the window is told of once, others are not', async (t) => {
  const [honest, stubborn] = [newId(), newId()]
  await Promise.all([blocked(honest), blocked(honest), ...Array.from({ length: 5 }, () => blocked(stubborn))])
  await Promise.all([stored(honest, 2), stored(stubborn, 5)])
  t.match(await told(stubborn), [{ kind: 'blocked_prompts', count: 3, threshold: 3, windowS: 600 }])
  t.equal((await told(stubborn)).length, 1)
  t.same(await told(honest), [])
})

t.test('R-4 what is far apart does not add up; a later window is told again', async (t) => {
  const userId = newId()
  for (const secondsAgo of [5_000, 4_900, 4_000, 3_000]) await blocked(userId, { secondsAgo })
  await stored(userId, 4)
  t.same(await told(userId), [])
  for (const secondsAgo of [2_900, 2_800]) await blocked(userId, { secondsAgo })
  await stored(userId, 6)
  t.equal((await told(userId)).length, 1)
  for (const secondsAgo of [300, 200, 100]) await blocked(userId, { secondsAgo })
  await stored(userId, 9)
  t.equal((await told(userId)).length, 2)
})

t.test('F-19 N-3 events that come late and out of order are counted where they happened', async (t) => {
  const userId = newId()
  for (const secondsAgo of [90_000, 90_500]) await blocked(userId, { secondsAgo })
  await stored(userId, 2)
  await blocked(userId, { secondsAgo: 90_250 })
  await stored(userId, 3)
  t.match(await told(userId), [{ count: 3 }])
})

t.test('R-4 one call counts once, an answer that a model wrote and a cry for help do not count', async (t) => {
  const userId = newId()
  const callId = await blocked(userId)
  for (const category of ['hate', 'violence']) await blocked(userId, { callId, category })
  for (const side of ['input', 'output'] as const)
    for (let times = 0; times < 3; times += 1) await blocked(userId, { side, category: 'self_harm' })
  for (let times = 0; times < 3; times += 1) await blocked(userId, { side: 'output', category: 'sexual' })
  await stored(userId, 12)
  t.same(await told(userId), [])
})

t.test('D5 administrators see who had what refused, never the text; others do not', async (t) => {
  const userId = newId()
  for (const category of ['injection', 'injection', 'hate']) await blocked(userId, { category })
  await blocked(userId, { side: 'output', category: 'sexual' })
  await stored(userId, 4)
  const url = '/api/v1/admin/usage/blocked?limit=100'
  t.equal((await usage.app.inject({ url, headers: await usage.principals.header({ role: 'user' }) })).statusCode, 403)
  const headers = await usage.principals.header({ role: 'admin' })
  const { items } = (await usage.app.inject({ url, headers })).json() as {
    items: { userId: string; prompts: number; reportedAt: unknown }[]
  }
  t.match(
    items.find((item) => item.userId === userId),
    { prompts: 3, answers: 1, categories: { injection: 2, hate: 1, sexual: 1 }, reportedAt: String },
  )
  t.same(
    items.map(({ prompts }) => prompts),
    items.map(({ prompts }) => prompts).toSorted((one, other) => other - one),
  )
  const past = (await usage.app.inject({ url: `${url}&from=2020-01-01T00:00:00Z&to=2020-02-01T00:00:00Z`, headers })).json() as unknown
  t.match(past, { items: [] })
})

t.test('G-3 who had something refused is forgotten after its days', async (t) => {
  const userId = newId()
  await blocked(userId, { secondsAgo: 31 * 86_400 })
  await blocked(userId)
  await stored(userId, 2)
  t.ok((await usage.blockedTexts.deleteOld(30, 100)) >= 1)
  t.equal(await usage.prisma.blockedText.count({ where: { userId } }), 1)
})
