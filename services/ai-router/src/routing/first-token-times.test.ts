import t from 'tap'
import { createFirstTokenTimes } from './first-token-times.ts'

const target = { provider: 'openai', id: 'm' }

t.test('a percentile needs enough measurements, and old ones are forgotten', async (t) => {
  const times = createFirstTokenTimes()
  t.equal(times.median(target), null)
  for (const durationMs of [300, 100, 200]) times.measured(target, durationMs)
  t.equal(times.median(target), 200)
  t.equal(times.p95(target), null)
  for (let count = 0; count < 100; count += 1) times.measured(target, count)
  t.equal(times.median(target), 67)
  t.equal(times.p95(target), 96)
  t.equal(times.median({ provider: 'anthropic', id: 'm' }), null)
})

t.test('some that were given up do not make a target slow, most of them do', async (t) => {
  const times = createFirstTokenTimes()
  for (let count = 0; count < 10; count += 1) times.measured(target, 100)
  for (let count = 0; count < 4; count += 1) times.givenUp(target, 2_000)
  t.equal(times.median(target), 100)
  for (let count = 0; count < 10; count += 1) times.givenUp(target, 2_000)
  t.equal(times.median(target), 4_000)
})
