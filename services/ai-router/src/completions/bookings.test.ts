import { createLogger } from '@parley/telemetry'
import t from 'tap'
import { createBookings } from './bookings.ts'
import type { CallRecord } from './call-record.ts'

const call: CallRecord = {
  callId: '01936f2e-7b1a-7c3d-8e4f-0123456789ab',
  turnId: 'turn',
  userId: 'user',
  plan: 'free',
  purpose: 'answer',
  model: 'm',
  provider: 'p',
  outcome: 'completed',
  failure: null,
  usage: { inputTokens: 1, cachedInputTokens: 0, outputTokens: 2, costMicroUsd: 34n, priceId: 'm@1', isEstimated: false },
  chargedLeg: 1,
  legs: [],
  isCached: false,
  latencyMs: 5,
  firstTokenMs: 1,
  endedAt: new Date(),
}

/** A store that fails until it is mended. */
function world({ waitMs = 20, capacity = 10 } = {}) {
  const lines: string[] = []
  const stored: string[] = []
  let isAway = true
  const bookings = createBookings({
    calls: {
      async book({ callId }) {
        if (isAway) throw new Error('the database is away')
        stored.push(callId)
        return true
      },
    },
    onSettled: () => {},
    logger: createLogger({ name: 'test', destination: { write: (line) => void lines.push(line) } }),
    waitMs,
    capacity,
  })
  return {
    bookings,
    stored,
    lines,
    mend: () => {
      isAway = false
    },
  }
}

t.test('a booking is stored before the answer ends', async (t) => {
  const { bookings, stored, mend } = world()
  mend()
  t.equal(await bookings.book(call), true)
  t.same(stored, [call.callId])
})

t.test('while the database is away the answer ends after the bounded wait, and the booking is stored once, later', async (t) => {
  const { bookings, stored, mend } = world()
  const startedMs = performance.now()
  t.equal(await bookings.book(call), false)
  t.ok(performance.now() - startedMs < 1000)
  t.same(stored, [])
  mend()
  await bookings.close(5000)
  t.same(stored, [call.callId])
})

t.test('what cannot be stored before the end is in the log with its figures', async (t) => {
  const { bookings, lines } = world()
  await bookings.book(call)
  await bookings.close(10)
  const line = lines.map((text) => JSON.parse(text) as Record<string, unknown>).find(({ level }) => level === 'error')
  t.match(line, { call: { callId: call.callId, usage: { costMicroUsd: '34', outputTokens: 2 } } })
})

t.test('the bookings that wait are bounded: beyond the bound one attempt is all, and it is in the log', async (t) => {
  const { bookings, lines } = world({ capacity: 1, waitMs: 1 })
  await bookings.book(call)
  await bookings.book({ ...call, callId: 'one too many' })
  t.match(lines.filter((line) => line.includes('"level":"error"')).join(), 'one too many')
  await bookings.close(1)
})
