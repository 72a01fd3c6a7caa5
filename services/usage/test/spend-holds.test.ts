import { CallOutcome, CallPurpose, requests } from '@parley/contracts'
import { call } from '@parley/messaging'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { v7 as newId } from 'uuid'
import { startUsage } from './harness.ts'
import { aCall, aTurn, codeOf, spendingOn, usd } from './spending.ts'

const usage = await startUsage({ LIMIT_FREE_HOUR: '1000', LIMIT_FREE_DAY: '1000', SPEND_CAP_FREE_MONTH_USD: '1', SPEND_FOLD_MS: '20' })
t.teardown(() => usage.close())
const spending = spendingOn(usage)
const hold = usd(0.3)
const handledEvents = async () => (await usage.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM messaging.inbox')).rows[0]?.n ?? 0
const isHandled = async (told: () => Promise<void>) => {
  const before = await handledEvents()
  await told()
  await waitFor('the event to be handled', async () => (await handledEvents()) > before)
}

t.test('R-6 the cost may be told before or after the end of the turn: it is held until then, and spent from then on', async (t) => {
  const costFirst = aTurn(newId())
  await spending.reserve(costFirst, { hold })
  await isHandled(() => spending.callEnds(costFirst, { costMicroUsd: usd(0.2) }))
  t.match(await spending.spendOf(costFirst.userId), { spentUsd: '0.000000', heldUsd: '0.300000' }, 'nobody knows yet who pays')
  await isHandled(() => spending.completes(costFirst))
  t.match(await spending.spendOf(costFirst.userId), { spentUsd: '0.200000', heldUsd: '0.000000' })

  const endFirst = aTurn(newId())
  await spending.reserve(endFirst, { hold })
  await isHandled(() => spending.completes(endFirst))
  t.match(await spending.spendOf(endFirst.userId), { spentUsd: '0.000000', heldUsd: '0.300000' }, 'nobody knows yet what it cost')
  await isHandled(() => spending.callEnds(endFirst, { costMicroUsd: usd(0.2) }))
  t.match(await spending.spendOf(endFirst.userId), { spentUsd: '0.200000', heldUsd: '0.000000' })
})

t.test('R-6 B-1 what is told twice is spent once, also after its sums were folded', async (t) => {
  const turn = aTurn(newId())
  await spending.reserve(turn, { hold })
  await spending.answer(turn, usd(0.2))
  await spending.isSpent(turn.userId, 0.2)
  await waitFor(
    'the fold',
    async () => (await usage.pool.query('SELECT FROM spend_entry WHERE subject = $1', [turn.userId])).rowCount === 0,
  )
  await isHandled(() => spending.callEnds(turn, { costMicroUsd: usd(0.2) }))
  await isHandled(() => spending.completes(turn))
  t.match(await spending.spendOf(turn.userId), { spentUsd: '0.200000', heldUsd: '0.000000' })
})

t.test('R-6 an answer whose end is never told holds nothing once its time is over, and counts if it is told after all', async (t) => {
  const turn = aTurn(newId())
  await spending.reserve(turn, { hold: usd(2) })
  t.equal(await codeOf(spending.reserve(aTurn(turn.userId), { hold })), 'spend_cap_held')
  // Its process is gone, and nobody saw to it.
  await usage.pool.query("UPDATE spend_hold SET expires_at = now() - interval '1 second' WHERE id = $1", [turn.turnId])
  t.equal(await codeOf(spending.reserve(aTurn(turn.userId), { hold })), 'ok', 'from the moment on, whoever cleans up')
  await waitFor('the clean-up', async () => (await usage.pool.query('SELECT FROM spend_hold WHERE id = $1', [turn.turnId])).rowCount === 0)
  await spending.answer(turn, usd(1.5))
  await spending.isSpent(turn.userId, 1.5)
  t.equal(await codeOf(spending.reserve(aTurn(turn.userId), { hold })), 'spend_cap_reached')
})

t.test('R-6 R-4 an answer that fails gives back what was held for it, and its cost is the platform’s', async (t) => {
  const turn = aTurn(newId())
  await spending.reserve(turn, { hold: usd(2) })
  t.equal(await codeOf(spending.reserve(aTurn(turn.userId), { hold })), 'spend_cap_held')
  await spending.fails(turn)
  await spending.isHeld(turn.userId, 0)
  await isHandled(() => spending.callEnds(turn, { costMicroUsd: usd(1.9), outcome: CallOutcome.FAILED }))
  t.match(await spending.spendOf(turn.userId), { spentUsd: '0.000000' })
  t.equal(await codeOf(spending.reserve(aTurn(turn.userId), { hold })), 'ok')
})

t.test('R-6 the platform’s cap counts everything, whoever pays: failed calls, wasted legs, titles', async (t) => {
  const platform = async () => (await usage.deps.caps.platform()).monthSpent
  const before = await platform()
  const turn = aTurn(newId())
  await spending.callEnds(turn, { callId: newId(), costMicroUsd: 5n, outcome: CallOutcome.ABORTED })
  await spending.callEnds(turn, { costMicroUsd: 70n, wastedMicroUsd: 20n })
  await spending.completes(turn)
  await spending.callEnds(aCall(turn.userId), { costMicroUsd: 3n, purpose: CallPurpose.TITLE })
  t.ok(await waitFor('all of it', async () => (await platform()) - before === 98n))
  t.ok(await waitFor('the charged call', async () => (await usage.deps.caps.user(turn.userId)).monthSpent === 70n))
})

t.test('R-6 a call over the public API is held under its own id until its own end', async (t) => {
  for (const [outcome, costMicroUsd, spentUsd] of [
    [CallOutcome.COMPLETED, usd(0.2), '0.200000'],
    [CallOutcome.FAILED, usd(0.2), '0.000000'],
    [CallOutcome.LOST, usd(0.1), '0.000000'],
  ] as const) {
    const api = aCall(newId())
    await spending.reserve({ turnId: api.callId, userId: api.userId }, { hold })
    t.match(await spending.spendOf(api.userId), { heldUsd: '0.300000' })
    await isHandled(() => spending.callEnds(api, { costMicroUsd, outcome, purpose: CallPurpose.API }))
    t.match(await spending.spendOf(api.userId), { spentUsd, heldUsd: '0.000000' })
  }
})

t.test('R-6 what the platform asks by itself stops where its cap has no room, and is held like everything else', async (t) => {
  const ask = (callId: string, holdMicroUsd: bigint) =>
    call(usage.bus, requests.holdExpense, { callId, holdMicroUsd }, { timeoutMs: 10_000 })
  t.equal(await codeOf(ask(newId(), 5n)), 'ok', 'without a cap there is room')
  const { monthSpent, held } = await usage.deps.caps.platform()
  t.teardown(() => usage.deps.caps.remove('platform', newId()))
  await usage.deps.caps.set('platform', { month: monthSpent + held + 10n, day: null }, newId())
  const title = aCall(newId())
  t.equal(await codeOf(ask(title.callId, 10n)), 'ok')
  t.equal(await codeOf(ask(newId(), 10n)), 'spend_cap_held')
  t.equal(await codeOf(spending.reserve(aTurn(newId()), { hold })), 'spend_cap_held', 'an answer counts toward the same cap')
  await isHandled(() => spending.callEnds(title, { costMicroUsd: 1n, purpose: CallPurpose.TITLE }))
  t.equal(await codeOf(ask(newId(), 10n)), 'ok', 'what it did not cost is free again')
  t.equal(await codeOf(ask('a title', 10n)), 'invalid_request')
})

t.test('R-6 who says nothing of what an answer may cost has the configured amount held', async (t) => {
  const turn = aTurn(newId())
  await spending.reserve(turn)
  t.match(await spending.spendOf(turn.userId), { heldUsd: '0.250000' })
  t.equal(await codeOf(spending.reserve(aTurn(turn.userId), { hold: -1n })), 'invalid_request')
})
