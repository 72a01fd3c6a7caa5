import { waitFor } from '@parley/testing'
import fc from 'fast-check'
import t from 'tap'
import { v7 as newId } from 'uuid'
import { startUsage } from './harness.ts'
import { aTurn, codeOf, spendingOn, type Turn } from './spending.ts'

const usage = await startUsage({ LIMIT_FREE_HOUR: '1000000', LIMIT_FREE_DAY: '1000000' }, { replicas: 2 })
t.teardown(() => usage.close())
const spending = spendingOn(usage)

/** An answer of a wave: what is held, what it costs (never more), and how its end is told. */
const answer = fc
  .record({
    hold: fc.bigInt(1n, 400n),
    share: fc.integer({ min: 0, max: 100 }),
    end: fc.constantFrom('whole', 'whole, cost last', 'told twice', 'failed', 'late'),
  })
  .map(({ hold, share, end }) => ({ hold, cost: (hold * BigInt(share)) / 100n, end }))

const scenario = fc.record({
  cap: fc.bigInt(1n, 2_000n),
  waves: fc.array(fc.array(answer, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 3 }),
})

type Answer = typeof answer extends fc.Arbitrary<infer Value> ? Value : never

async function tellEnd(turn: Turn, { cost, end }: Answer): Promise<void> {
  const known = { costMicroUsd: cost }
  if (end === 'failed') return spending.fails(turn)
  if (end === 'whole, cost last') {
    await spending.completes(turn)
    return spending.callEnds(turn, known)
  }
  await spending.callEnds(turn, known)
  await spending.completes(turn)
  if (end === 'told twice') await spending.callEnds(turn, known)
}

t.test(
  'R-6 however answers come, at the same time, over two replicas, and whatever becomes of them: all but one stay under the cap',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ cap, waves }) => {
        const userId = newId()
        await usage.deps.caps.set({ userId }, { month: cap, day: null }, newId())
        const admitted: { turn: Turn; answer: Answer }[] = []
        const late: { turn: Turn; answer: Answer }[] = []
        for (const wave of waves) {
          const before = await usage.deps.caps.user(userId)
          const outcomes = await Promise.all(
            wave.map(async (one) => {
              const turn = aTurn(userId)
              return { turn, answer: one, code: await codeOf(spending.reserve(turn, { hold: one.hold })) }
            }),
          )
          const taken = outcomes.filter(({ code }) => code === 'ok')
          const held = taken.reduce((sum, { answer: { hold } }) => sum + hold, 0n)
          const isFull = before.monthSpent + before.held + held >= cap
          // Nobody is refused while there is room, and where there was some, somebody was let in.
          if (taken.length < wave.length && !isFull) throw new Error('somebody was refused though there was room')
          if (taken.length === 0 && before.monthSpent + before.held < cap) throw new Error('nobody was let in')

          const ending = taken.filter(({ answer: { end } }) => end !== 'late')
          late.push(...taken.filter(({ answer: { end } }) => end === 'late'))
          admitted.push(...taken)
          await Promise.all(ending.map(({ turn, answer: one }) => tellEnd(turn, one)))
          const heldByLate = late.reduce((sum, { answer: { hold } }) => sum + hold, 0n)
          await waitFor('the ends of the wave', async () => (await usage.deps.caps.user(userId)).held === heldByLate)
        }
        await Promise.all(late.map(({ turn, answer: one }) => tellEnd(turn, one)))
        const costs = admitted.filter(({ answer: { end } }) => end !== 'failed').map(({ answer: { cost } }) => cost)
        const total = costs.reduce((sum, cost) => sum + cost, 0n)
        await waitFor('all costs', async () => {
          const { monthSpent, held } = await usage.deps.caps.user(userId)
          return monthSpent === total && held === 0n
        })
        const [dearest = 0n] = costs.toSorted((one, other) => Number(other - one))
        return total - dearest < cap
      }),
      { numRuns: 25, endOnFailure: true },
    )
    t.pass()
  },
)
