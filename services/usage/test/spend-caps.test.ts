import { isAppError } from '@parley/errors'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { v7 as newId } from 'uuid'
import { startUsage } from './harness.ts'
import { aTurn, codeOf, spendingOn, usd } from './spending.ts'

const UNLIMITED = '1000000'
const messages = { LIMIT_FREE_HOUR: UNLIMITED, LIMIT_FREE_DAY: UNLIMITED }
const LONG_ANSWER = usd(0.3)

t.test('R-6 50 long answers at 9.90 of 10 USD, over two replicas: one is written, and it is the only one over', async (t) => {
  const usage = await startUsage({ ...messages, SPEND_CAP_FREE_MONTH_USD: '10' }, { replicas: 2 })
  t.teardown(() => usage.close())
  const spending = spendingOn(usage)
  const userId = newId()
  await spending.spends(userId, 9.9)

  const turns = Array.from({ length: 50 }, () => aTurn(userId))
  const codes = await Promise.all(turns.map((turn) => codeOf(spending.reserve(turn, { hold: LONG_ANSWER }))))
  t.same([codes.filter((code) => code === 'ok').length, codes.filter((code) => code === 'spend_cap_held').length], [1, 49])
  t.match(await spending.spendOf(userId), { capUsd: '10.000000', spentUsd: '9.900000', heldUsd: '0.300000' })
  t.match(await spending.get('/api/v1/usage/limits', { userId }), { day: { used: 2 } }, 'who is refused loses no message')

  const admitted = turns[codes.indexOf('ok')]
  if (!admitted) throw new Error('nobody was let in')
  await spending.answer(admitted, LONG_ANSWER)
  await spending.isSpent(userId, 10.2)
  t.equal(Number((await spending.spendOf(userId)).heldUsd), 0)

  const refusal = await spending.reserve(aTurn(userId), { hold: 1n }).catch((error: unknown) => error)
  if (!isAppError(refusal)) throw new Error('the cap is used up and somebody was let in')
  t.match(refusal, { code: 'spend_cap_reached', kind: 'rate_limited' })
  const { resetsAt } = await spending.spendOf(userId)
  const untilResetS = (new Date(resetsAt).getTime() - Date.now()) / 1000
  t.ok(Math.abs((refusal.retryAfterS ?? 0) - untilResetS) < 60, 'told when the month is over')
  t.match(refusal.publicMessage, /^Your spending limit is used up until 1 \w+ \d{4}, 00:00 UTC\.$/)
})

t.test('R-6 50 users at once at 9.90 of the platform’s 10 USD, over two replicas: one is written', async (t) => {
  const usage = await startUsage({ SPEND_CAP_PLATFORM_MONTH_USD: '10', SPEND_CAP_FREE_MONTH_USD: 'none' }, { replicas: 2 })
  t.teardown(() => usage.close())
  const spending = spendingOn(usage)
  await spending.spends(newId(), 9.9)
  const codes = await Promise.all(Array.from({ length: 50 }, () => codeOf(spending.reserve(aTurn(newId()), { hold: LONG_ANSWER }))))
  t.same([codes.filter((code) => code === 'ok').length, codes.filter((code) => code === 'spend_cap_held').length], [1, 49])
})

t.test('R-6 far from the cap 30 answers run at the same time, and as many more as fit', async (t) => {
  const usage = await startUsage({ ...messages, SPEND_CAP_FREE_MONTH_USD: '10' }, { replicas: 2 })
  t.teardown(() => usage.close())
  const spending = spendingOn(usage)
  const userId = newId()
  const reserve = (count: number) =>
    Promise.all(Array.from({ length: count }, () => codeOf(spending.reserve(aTurn(userId), { hold: LONG_ANSWER }))))
  t.same(new Set(await reserve(30)), new Set(['ok']))
  const more = await reserve(30)
  t.equal(more.filter((code) => code === 'ok').length, 4, '34 times 0.30 USD reach the cap, and the 34th is the one over')
})

t.test('R-6 an administrator’s messages are bound by no plan, but by a cap of his own and by the platform’s', async (t) => {
  const usage = await startUsage({ SPEND_CAP_FREE_MONTH_USD: '1' })
  t.teardown(() => usage.close())
  const spending = spendingOn(usage)
  const userId = newId()
  await spending.spends(userId, 5)
  const admin = { isAdmin: true, hold: usd(0.1) }
  t.equal(await codeOf(spending.reserve(aTurn(userId), { hold: usd(0.1) })), 'spend_cap_reached')
  t.equal(await codeOf(spending.reserve(aTurn(userId), admin)), 'ok')
  await usage.deps.caps.set({ userId }, { month: usd(4), day: null }, newId())
  t.equal(await codeOf(spending.reserve(aTurn(userId), admin)), 'spend_cap_reached')
  await usage.deps.caps.set({ userId }, { month: null, day: null }, newId())
  t.equal(await codeOf(spending.reserve(aTurn(userId), { hold: usd(0.1) })), 'ok', 'none at all for this user')
  await usage.deps.caps.set('platform', { month: null, day: usd(5) }, newId())
  const refusal = await spending.reserve(aTurn(userId), admin).catch((error: unknown) => error)
  t.match(refusal, { code: 'spend_cap_reached', publicMessage: /^The service’s spending limit is used up until/ })
  t.ok(isAppError(refusal) && (refusal.retryAfterS ?? 0) <= 86_400, 'until midnight, UTC')
})

t.test('R-6 B-11 what was spent in another month does not count, and what comes late lands in the month it happened in', async (t) => {
  const usage = await startUsage({ SPEND_CAP_FREE_MONTH_USD: '1' })
  t.teardown(() => usage.close())
  const spending = spendingOn(usage)
  const userId = newId()
  const turn = aTurn(userId)
  const lastMonth = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth(), 0, 23, 59))
  await spending.callEnds(turn, { costMicroUsd: usd(3), at: lastMonth })
  await spending.completes(turn)
  await waitFor('the sum', async () => {
    const { rows } = await usage.pool.query('SELECT day::text, micro_usd FROM spend WHERE subject = $1', [userId])
    return rows.length === 1 && rows[0].day === lastMonth.toISOString().slice(0, 10)
  })
  t.match(await spending.spendOf(userId), { spentUsd: '0.000000' })
  t.equal(await codeOf(spending.reserve(aTurn(userId))), 'ok')
})
