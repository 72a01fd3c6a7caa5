import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { CallOutcome, events } from '@parley/contracts'
import { publishEvent } from '@parley/messaging'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { v7 as uuidv7 } from 'uuid'
import { startUsage } from './harness.ts'

const usage = await startUsage()
t.teardown(() => usage.close())

/** A call, and the end of the turn it answers. */
async function booked(userId: string, fields: { callId?: string; model?: string; costMicroUsd?: bigint; at?: Date } = {}) {
  const turnId = uuidv7()
  const { callId = uuidv7(), model = 'model-a', costMicroUsd = 1_234n, at = new Date() } = fields
  await publishEvent(usage.prisma, events.turnCompleted, { aggregateId: turnId, message: { turnId, userId, callId } })
  await publishEvent(usage.prisma, events.callCompleted, {
    aggregateId: callId,
    message: {
      callId,
      turnId,
      userId,
      model,
      provider: 'openai',
      outcome: CallOutcome.COMPLETED,
      usage: { inputTokens: 100n, outputTokens: 20n, costMicroUsd, priceId: 'price-1', latencyMs: 900n, firstTokenMs: 120n },
      occurredAt: timestampFromDate(at),
    },
  })
}

const rowsOf = (userId: string) => usage.prisma.usageEvent.count({ where: { userId, account: 'user' } })

async function report(userId: string, query = ''): Promise<Record<string, unknown>> {
  const headers = await usage.principals.header({ userId })
  return (await usage.app.inject({ url: `/api/v1/usage${query}`, headers })).json()
}

t.test('B-1 a call is metered once, though its event comes again and again', async (t) => {
  const [userId, callId] = [uuidv7(), uuidv7()]
  for (let times = 0; times < 5; times++) await booked(userId, { callId })
  const last = uuidv7()
  await booked(userId, { callId: last })
  await waitFor('both calls', async () => (await rowsOf(userId)) >= 2)
  // Every event has been seen when the inbox holds all six.
  await waitFor('six deliveries', async () => {
    const { rows } = await usage.pool.query<{ n: number }>(
      "SELECT count(*)::int AS n FROM messaging.inbox WHERE consumer = 'usage-metering'",
    )
    return (rows[0]?.n ?? 0) >= 6
  })
  t.equal(await rowsOf(userId), 2)
})

t.test('D3 the report sums by day and by model to the micro-dollar, in UTC', async (t) => {
  const userId = uuidv7()
  await booked(userId, { model: 'model-a', costMicroUsd: 1n, at: new Date('2026-03-01T23:59:59.999Z') })
  await booked(userId, { model: 'model-b', costMicroUsd: 999_999n, at: new Date('2026-03-02T00:00:00.000Z') })
  await booked(userId, { model: 'model-b', costMicroUsd: 2_000_001n, at: new Date('2026-03-02T12:00:00.000Z') })
  await waitFor('three calls', async () => (await rowsOf(userId)) === 3)
  const period = '?from=2026-03-01T00:00:00Z&to=2026-03-03T00:00:00Z'
  t.match(await report(userId, period), {
    by: 'day',
    items: [
      { key: '2026-03-01', calls: 1, costUsd: '0.000001' },
      { key: '2026-03-02', calls: 2, costUsd: '3.000000' },
    ],
    total: { calls: 3, inputTokens: 300, outputTokens: 60, costUsd: '3.000001' },
  })
  t.match(await report(userId, `${period}&by=model`), {
    items: [
      { key: 'model-a', calls: 1 },
      { key: 'model-b', calls: 2 },
    ],
  })
  t.match(await report(uuidv7(), period), { items: [], total: { calls: 0, costUsd: '0.000000' } }, 'somebody else sees nothing of it')
})

t.test('A-23 a period that cannot be is refused', async (t) => {
  const userId = uuidv7()
  t.match(await report(userId, '?from=2026-03-03T00:00:00Z&to=2026-03-01T00:00:00Z'), { status: 400, code: 'invalid_period' })
  t.match(await report(userId, '?from=2020-01-01T00:00:00Z&to=2026-03-01T00:00:00Z'), { status: 400, code: 'invalid_period' })
  t.match(await report(userId, '?from=yesterday'), { status: 400, code: 'invalid_request' })
  t.match(await report(userId, '?by=colour'), { status: 400, code: 'invalid_request' })
})

t.test('N-5 a call without its usage is set aside and the rest is metered', async (t) => {
  const userId = uuidv7()
  const broken = uuidv7()
  await publishEvent(usage.prisma, events.callCompleted, {
    aggregateId: broken,
    message: { callId: broken, userId, outcome: CallOutcome.COMPLETED },
  })
  await booked(userId)
  await waitFor('the good call', async () => (await rowsOf(userId)) === 1)
  await waitFor('the dead letter', async () => {
    const { rows } = await usage.pool.query<{ reason: string }>(
      "SELECT reason FROM messaging.dead_letter WHERE consumer = 'usage-metering'",
    )
    return rows.some((row) => row.reason.includes('without its usage'))
  })
  t.pass('the dead letter names its reason')
})
