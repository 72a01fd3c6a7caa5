import t from 'tap'
import type { FaultWindow } from './fault.ts'
import { longestSilence, percentile, ranDuring, returnOf, silenceOf, textSilenceOf } from './gaps.ts'
import { newRecord, type TurnRecord } from './load/turn-record.ts'

const window: FaultWindow = { what: 'a fault', madeAtMs: 10_000, backAtMs: 15_000, wholeAtMs: 16_000 }

/** A turn that was asked at 5 s and accepted at once. */
function aTurn(textAtMs: number[], endAtMs: number | null): TurnRecord {
  const record = newRecord({
    ...{ id: 'turn', userId: 'user', conversationId: null, expectedEnd: 'completed' },
    script: { prompt: 'Question 1', expected: 'An answer.' },
  })
  return { ...record, sentAtMs: 5_000, acceptedAtMs: 5_000, textAtMs, endAtMs }
}

t.test('a silence is the longest time without new text that ended in or behind the fault', async (t) => {
  t.equal(silenceOf(aTurn([6_000, 9_500, 13_000, 13_500], 14_000), window), 3_500)
  t.equal(silenceOf(aTurn([9_000, 9_900], 10_500), window), 600, 'what was over before the fault is not its doing')
  t.equal(silenceOf(aTurn([], 12_000), window), 7_000, 'from the question')
  t.equal(silenceOf(aTurn([9_900], 18_000), window), 8_100, 'to the end')
  t.equal(textSilenceOf(aTurn([9_900, 11_000], 18_000), window), 1_100, 'between two texts alone')
  t.equal(longestSilence([aTurn([9_900, 11_000], 11_100), aTurn([9_900], 12_900), aTurn([6_000], 9_000)], window), 3_000)
})

t.test('only turns that ran at some moment of the fault belong to it', async (t) => {
  t.equal(ranDuring(aTurn([], 10_000), window), false)
  t.equal(ranDuring(aTurn([], 10_001), window), true)
  t.equal(ranDuring(aTurn([], null), window), true)
  t.equal(ranDuring({ ...aTurn([], null), sentAtMs: 16_000 }, window), false)
})

t.test('a return is measured for those who were waiting for it alone', async (t) => {
  t.equal(returnOf(aTurn([9_900, 10_500, 15_700], 20_000), window), 700, 'what was on its way when the fault was made still comes')
  t.equal(returnOf(aTurn([9_900, 12_000, 15_700], 20_000), window), null, 'was heard of meanwhile')
  t.equal(returnOf(aTurn([9_900], 14_000), window), null, 'was over before')
  t.equal(returnOf({ ...aTurn([], 20_000), acceptedAtMs: null }, window), null, 'was never taken on')
  t.equal(returnOf(aTurn([], 17_500), window), 2_500, 'the end is a sign, too')
})

t.test('percentiles of few figures are figures of the list', async (t) => {
  t.equal(percentile([3, 1, 2], 0.5), 2)
  t.equal(percentile([1, 2], 0.99), 2)
  t.equal(
    percentile(
      Array.from({ length: 20 }, (_, index) => index + 1),
      0.95,
    ),
    19,
  )
  t.equal(percentile([], 0.5), 0)
})
