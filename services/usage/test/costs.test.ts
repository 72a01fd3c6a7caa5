import { CallOutcome, events } from '@parley/contracts'
import { publishEvent } from '@parley/messaging'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { v7 as newId } from 'uuid'
import { startUsage } from './harness.ts'

const usage = await startUsage({
  COST_CHECK_MS: '20',
  COST_ALERT_USER_DAY_USD: '1',
  COST_BUDGET_DAY_USD: '5',
  COST_BUDGET_TOLERANCE_PERCENT: '20',
})
t.teardown(() => usage.close())

const figures = (costMicroUsd: bigint) => ({ inputTokens: 100n, outputTokens: 20n, costMicroUsd, priceId: 'model-a@1', latencyMs: 900n })

/** A call with a leg that broke. */
async function call(
  userId: string,
  { costMicroUsd, wastedMicroUsd = 0n }: { costMicroUsd: bigint; wastedMicroUsd?: bigint },
  callId = newId(),
) {
  await publishEvent(usage.prisma, events.callCompleted, {
    aggregateId: callId,
    message: {
      ...{ callId, turnId: newId(), userId, model: 'model-a', provider: 'openai', outcome: CallOutcome.COMPLETED },
      usage: figures(costMicroUsd),
      wasted: wastedMicroUsd > 0n ? [{ number: 1, model: 'model-b', provider: 'anthropic', usage: figures(wastedMicroUsd) }] : [],
    },
  })
  return callId
}

interface Told {
  userId?: string
  costMicroUsd: string
}

async function told(subject: string): Promise<Told[]> {
  const { rows } = await usage.pool.query<{ payload: Told }>('SELECT payload FROM messaging.outbox WHERE subject = $1 ORDER BY position', [
    subject,
  ])
  return rows.map(({ payload }) => payload)
}

t.test('B-17 what a call wasted is on the platform’s account, once, whoever pays for the call', async (t) => {
  const callId = newId()
  await call(newId(), { costMicroUsd: 7n, wastedMicroUsd: 5n }, callId)
  await call(newId(), { costMicroUsd: 7n, wastedMicroUsd: 5n }, callId)
  const other = await call(newId(), { costMicroUsd: 1n })
  await waitFor('both calls', async () => (await usage.prisma.usageEvent.count({ where: { callId: { in: [callId, other] } } })) === 2)
  t.match(await usage.prisma.wastedLeg.findMany(), [{ callId, number: 1, model: 'model-b', costMicroUsd: 5n }])
  const headers = await usage.principals.header({ role: 'admin' })
  const report = (await usage.app.inject({ url: '/api/v1/admin/usage/platform?by=model', headers })).json() as unknown
  t.match(report, { items: [{ key: 'model-b', calls: 1, costUsd: '0.000005' }] })
})

t.test('D4 a user whose day costs more than the threshold is told of once, waste included', async (t) => {
  const [frugal, lavish] = [newId(), newId()]
  await call(frugal, { costMicroUsd: 1_000_000n })
  await call(lavish, { costMicroUsd: 900_000n, wastedMicroUsd: 100_001n })
  const subject = events.userCostExceeded.subject
  await waitFor('the alert', async () => (await told(subject)).length > 0)
  await call(lavish, { costMicroUsd: 500_000n })
  const last = newId()
  await call(last, { costMicroUsd: 1_000_001n })
  await waitFor('the next alert', async () => (await told(subject)).some(({ userId }) => userId === last))
  t.same(
    (await told(subject)).map(({ userId }) => userId),
    [lavish, last],
  )
})

t.test('D4 a day that goes 20 % over its budget is told once', async (t) => {
  const subject = events.budgetExceeded.subject
  t.same(await told(subject), [])
  for (let index = 0; index < 4; index += 1) await call(newId(), { costMicroUsd: 900_000n })
  await waitFor('the alert', async () => (await told(subject)).length > 0)
  const last = newId()
  await call(last, { costMicroUsd: 1_500_000n })
  await waitFor('a later look', async () => (await told(events.userCostExceeded.subject)).some(({ userId }) => userId === last))
  t.match(await told(subject), [{ budgetMicroUsd: '5000000' }])
})
