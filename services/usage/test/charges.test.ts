import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { CallOutcome, CallPurpose, events } from '@parley/contracts'
import { publishEvent } from '@parley/messaging'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { v7 as uuidv7 } from 'uuid'
import { startUsage } from './harness.ts'

const usage = await startUsage()
t.teardown(() => usage.close())

interface Turn {
  turnId: string
  userId: string
}

interface CallFields {
  costMicroUsd?: bigint
  outcome?: CallOutcome
  purpose?: CallPurpose
  at?: Date
  model?: string
}

const aTurn = (): Turn => ({ turnId: uuidv7(), userId: uuidv7() })

async function call({ turnId, userId }: Turn, callId: string, fields: CallFields = {}): Promise<void> {
  const { costMicroUsd = 100n, outcome = CallOutcome.COMPLETED, purpose = CallPurpose.UNSPECIFIED, at = new Date(), model = 'm' } = fields
  const figures = { inputTokens: 10n, outputTokens: 5n, costMicroUsd, priceId: 'm@1' }
  await publish(
    publishEvent(usage.prisma, events.callCompleted, {
      aggregateId: turnId || callId,
      message: { callId, turnId, userId, model, provider: 'p', outcome, purpose, usage: figures, occurredAt: timestampFromDate(at) },
    }),
  )
}

/** Has what was written down published at once. */
async function publish(written: Promise<string>): Promise<void> {
  await written
  usage.relay.wake()
}

const completed = (turn: Turn, callId: string) =>
  publish(publishEvent(usage.prisma, events.turnCompleted, { aggregateId: turn.turnId, message: { ...turn, callId } }))
const stopped = (turn: Turn, callId: string, outputTokens: bigint) =>
  publish(publishEvent(usage.prisma, events.turnStopped, { aggregateId: turn.turnId, message: { ...turn, callId, outputTokens } }))
const failed = (turn: Turn) =>
  publish(publishEvent(usage.prisma, events.turnFailed, { aggregateId: turn.turnId, message: { ...turn, code: 'provider_unavailable' } }))

const accountOf = async (callId: string) => (await usage.prisma.usageEvent.findUnique({ where: { callId } }))?.account
const becomes = (callId: string, account: string | null) =>
  waitFor(`call ${callId} on the account '${account}'`, async () => (await accountOf(callId)) === account)
const isEndHeard = (turnId: string, callId: string | null) =>
  waitFor(`the end of turn ${turnId}`, async () => (await usage.prisma.turnCharge.findUnique({ where: { turnId } }))?.callId === callId)

const handledEvents = async () => (await usage.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM messaging.inbox')).rows[0]?.n ?? 0

async function report(
  path: string,
  principal: Parameters<typeof usage.principals.header>[0],
): Promise<{ statusCode: number; body: Report }> {
  const answer = await usage.app.inject({ url: path, headers: await usage.principals.header(principal) })
  return { statusCode: answer.statusCode, body: answer.json() }
}

interface Report {
  code?: string
  items: { key: string; calls: number; costUsd: string }[]
  total: { calls: number; inputTokens: number; outputTokens: number; costUsd: string }
}

t.test('B-17 a user pays for the call that ended the answer, and the platform for those that were lost on the way', async (t) => {
  const turn = aTurn()
  const [cut, lost, last] = [uuidv7(), uuidv7(), uuidv7()]
  await call(turn, cut, { outcome: CallOutcome.ABORTED })
  await call(turn, lost, { outcome: CallOutcome.LOST })
  await call(turn, last, { costMicroUsd: 700n })
  for (const callId of [cut, lost, last]) await becomes(callId, null)
  t.match((await report('/api/v1/usage', turn)).body, { total: { calls: 0 } }, 'nothing is paid before the end is known')

  await completed(turn, last)
  await becomes(last, 'user')
  t.equal(await accountOf(cut), 'platform')
  t.equal(await accountOf(lost), 'platform')
  t.match((await report('/api/v1/usage', turn)).body, { total: { calls: 1, inputTokens: 10, outputTokens: 5, costUsd: '0.000700' } })
})

t.test('B-1 the end may be heard before its calls: the accounts are the same', async (t) => {
  const turn = aTurn()
  const [cut, last] = [uuidv7(), uuidv7()]
  await completed(turn, last)
  await isEndHeard(turn.turnId, last)
  await call(turn, last)
  await call(turn, cut, { outcome: CallOutcome.LOST })
  await becomes(last, 'user')
  await becomes(cut, 'platform')
  t.pass('as if the calls had come first')
})

t.test('B-1 a call and its turn’s end that are handled at the same moment never miss each other', async (t) => {
  const turns = Array.from({ length: 40 }, () => ({ turn: aTurn(), callId: uuidv7() }))
  await Promise.all(turns.flatMap(({ turn, callId }) => [completed(turn, callId), call(turn, callId)]))
  for (const { callId } of turns) await becomes(callId, 'user')
  t.pass('all forty are charged')
})

t.test('B-17 R-4 a failed turn and one stopped before its first word cost the user nothing', async (t) => {
  const [broken, quiet, partial] = [aTurn(), aTurn(), aTurn()]
  const [brokenCall, quietCall, partialCall] = [uuidv7(), uuidv7(), uuidv7()]
  await call(broken, brokenCall, { outcome: CallOutcome.FAILED })
  await failed(broken)
  await stopped(quiet, '', 0n)
  await call(quiet, quietCall, { outcome: CallOutcome.ABORTED })
  await call(partial, partialCall, { outcome: CallOutcome.ABORTED })
  await stopped(partial, partialCall, 12n)
  await becomes(brokenCall, 'platform')
  await becomes(quietCall, 'platform')
  await becomes(partialCall, 'user')
  const states = await usage.prisma.reservation.findMany({ where: { turnId: { in: [broken.turnId, quiet.turnId, partial.turnId] } } })
  t.same(
    states.map(({ turnId, status }) => [turnId, status]),
    [[partial.turnId, 'settled']],
    'only the answer with words uses quota',
  )
})

t.test('B-1 an id that was given up and then used after all is charged, in either order of its two ends', async (t) => {
  for (const isFailureFirst of [true, false]) {
    const turn = aTurn()
    const callId = uuidv7()
    if (isFailureFirst) {
      await failed(turn)
      await isEndHeard(turn.turnId, null)
    }
    await completed(turn, callId)
    await isEndHeard(turn.turnId, callId)
    await call(turn, callId)
    if (!isFailureFirst) await failed(turn)
    await becomes(callId, 'user')
  }
  t.pass('no decision is lost')
})

t.test('B-17 titles and summaries are the platform’s, with or without a turn, at once', async (t) => {
  const turn = aTurn()
  const [answer, title, summary] = [uuidv7(), uuidv7(), uuidv7()]
  await call(turn, title, { purpose: CallPurpose.TITLE })
  await call({ ...turn, turnId: '' }, summary, { purpose: CallPurpose.SUMMARY })
  await becomes(title, 'platform')
  await becomes(summary, 'platform')
  await call(turn, answer)
  await completed(turn, answer)
  await becomes(answer, 'user')
  t.equal(await accountOf(title), 'platform')
})

t.test('B-1 everything told a second time, in another order, changes no account', async (t) => {
  const turn = aTurn()
  const [cut, last] = [uuidv7(), uuidv7()]
  await call(turn, cut)
  await call(turn, last)
  await completed(turn, last)
  await becomes(last, 'user')
  const accounts = () => usage.prisma.usageEvent.findMany({ select: { callId: true, account: true }, orderBy: { callId: 'asc' } })
  const [before, handled] = [await accounts(), await handledEvents()]
  await completed(turn, last)
  await call(turn, last)
  await call(turn, cut)
  await waitFor('the repetitions', async () => (await handledEvents()) >= handled + 3)
  t.same(await accounts(), before)
})

t.test('B-17 administrators see what the platform pays for, by day, model and purpose; nobody else does', async (t) => {
  const turn = aTurn()
  const at = new Date('2026-03-01T12:00:00Z')
  await call(turn, uuidv7(), { at, model: 'a', costMicroUsd: 1n, outcome: CallOutcome.LOST })
  await call(turn, uuidv7(), { at, model: 'b', costMicroUsd: 20n, purpose: CallPurpose.TITLE })
  const charged = uuidv7()
  await call(turn, charged, { at, costMicroUsd: 5_000n })
  await completed(turn, charged)
  await becomes(charged, 'user')

  const path = '/api/v1/admin/usage/platform?from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z'
  const admin = { role: 'admin' } as const
  const { body } = await report(path, admin)
  t.match(body, {
    items: [{ key: '2026-03-01', calls: 2, costUsd: '0.000021' }],
    total: { calls: 2, inputTokens: 20, costUsd: '0.000021' },
  })
  const keys = async (by: string) => (await report(`${path}&by=${by}`, admin)).body.items.map(({ key, costUsd }) => [key, costUsd])
  t.same(await keys('model'), [
    ['a', '0.000001'],
    ['b', '0.000020'],
  ])
  t.same(await keys('purpose'), [
    ['answer', '0.000001'],
    ['title', '0.000020'],
  ])
  t.match(await report(path, {}), { statusCode: 403, body: { code: 'forbidden' } })
  t.equal((await usage.app.inject({ url: path })).statusCode, 401)
  t.match(await report(`${path}&by=colour`, admin), { statusCode: 400 })

  const metrics = (await usage.app.inject({ url: '/metrics' })).body
  t.match(metrics, /parley_usage_platform_cost_micro_usd_total\{purpose="answer"\} \d+/)
  t.match(metrics, /parley_usage_platform_tokens_total\{purpose="title",direction="output"\} \d+/)
})
