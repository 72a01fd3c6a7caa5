import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { CallOutcome, CallPurpose, events, requests } from '@parley/contracts'
import { call, publishEvent } from '@parley/messaging'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { v7 as uuidv7 } from 'uuid'
import { startUsage } from './harness.ts'

const usage = await startUsage()
t.teardown(() => usage.close())

interface ApiCall {
  callId: string
  userId: string
}

const aCall = (userId = uuidv7()): ApiCall => ({ callId: uuidv7(), userId })

const reserve = ({ callId, userId }: ApiCall) =>
  call(usage.bus, requests.reserveTurn, { turnId: callId, userId, isAdmin: false }, { timeoutMs: 10_000 })

async function ends({ callId, userId }: ApiCall, outcome: CallOutcome, outputTokens: bigint | null): Promise<void> {
  const figures = { inputTokens: 10n, costMicroUsd: 70n, priceId: 'm@1' }
  await publishEvent(usage.prisma, events.callCompleted, {
    aggregateId: callId,
    message: {
      ...{ callId, userId, outcome, model: 'm', provider: 'p', purpose: CallPurpose.API },
      usage: outputTokens === null ? undefined : { ...figures, outputTokens },
      occurredAt: timestampFromDate(new Date()),
    },
  })
  usage.relay.wake()
}

const statusOf = async ({ callId }: ApiCall) => (await usage.prisma.reservation.findUnique({ where: { turnId: callId } }))?.status
const rowOf = ({ callId }: ApiCall) => usage.prisma.usageEvent.findUnique({ where: { callId } })
const handledEvents = async () => (await usage.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM messaging.inbox')).rows[0]?.n ?? 0

t.test('B-1 R-4 the end of an API call decides its message and who pays, and nothing else does', async (t) => {
  const cases: [string, CallOutcome, bigint | null, string, string | undefined][] = [
    ['a whole answer', CallOutcome.COMPLETED, 5n, 'settled', 'user'],
    ['vectors: no output at all', CallOutcome.COMPLETED, 0n, 'settled', 'user'],
    ['an answer out of the cache, not measured', CallOutcome.COMPLETED, null, 'settled', undefined],
    ['the user left after the first word', CallOutcome.ABORTED, 3n, 'settled', 'user'],
    ['the user left before it', CallOutcome.ABORTED, 0n, 'released', 'platform'],
    ['a failure after some words', CallOutcome.FAILED, 3n, 'released', 'platform'],
    ['a failure that used nothing', CallOutcome.FAILED, null, 'released', undefined],
    ['the process is gone', CallOutcome.LOST, 3n, 'released', 'platform'],
  ]
  for (const [what, outcome, outputTokens, status, account] of cases) {
    const api = aCall()
    t.match(await reserve(api), { granted: true, day: { used: 1 } })
    await ends(api, outcome, outputTokens)
    await waitFor(`${what}: ${status}`, async () => (await statusOf(api)) === status)
    const row = await rowOf(api)
    t.equal(row?.account, account, `${what}: on the account of ${account ?? 'nobody'}`)
    if (row) t.match(row, { purpose: 'api', turnId: null, costMicroUsd: 70n, userId: api.userId }, what)
  }
})

t.test('B-1 an end told twice charges once; one whose reservation was given back by the reaper counts after all', async (t) => {
  const api = aCall()
  await reserve(api)
  await usage.pool.query("UPDATE reservation SET status = 'released' WHERE turn_id = $1", [api.callId])
  await ends(api, CallOutcome.COMPLETED, 5n)
  await waitFor('the settlement', async () => (await statusOf(api)) === 'settled')
  const handled = await handledEvents()
  await ends(api, CallOutcome.COMPLETED, 5n)
  await waitFor('the repetition', async () => (await handledEvents()) > handled)
  t.equal(await usage.prisma.usageEvent.count({ where: { userId: api.userId } }), 1)
  t.equal(await usage.prisma.reservation.count({ where: { userId: api.userId } }), 1)
})

t.test('D3 API calls are in the user’s report and quota beside turns', async (t) => {
  const userId = uuidv7()
  const [whole, broken] = [aCall(userId), aCall(userId)]
  await Promise.all([reserve(whole), reserve(broken)])
  await ends(whole, CallOutcome.COMPLETED, 5n)
  await ends(broken, CallOutcome.FAILED, 2n)
  await waitFor('both ends', async () => (await statusOf(whole)) === 'settled' && (await statusOf(broken)) === 'released')
  const headers = await usage.principals.header({ userId })
  const report = (await usage.app.inject({ url: '/api/v1/usage', headers })).json()
  t.match(report, { total: { calls: 1, inputTokens: 10, outputTokens: 5, costUsd: '0.000070' } })
  const limits = (await usage.app.inject({ url: '/api/v1/usage/limits', headers })).json()
  t.match(limits, { hour: { used: 1 }, day: { used: 1 } })
})

t.test('R-1 API calls and turns share one quota, exactly', async (t) => {
  const userId = uuidv7()
  const replies = await Promise.all(Array.from({ length: 30 }, () => reserve(aCall(userId))))
  t.equal(replies.filter(({ granted }) => granted).length, 10)
})
