import t from 'tap'
import { reconnectDelayMs } from './backoff.ts'

t.test('the delay doubles up to 30 s and is spread over its upper half', async (t) => {
  t.same(
    [0, 1, 2, 3, 20].map((attempt) => reconnectDelayMs(attempt, () => 1)),
    [500, 1000, 2000, 4000, 30_000],
  )
  t.same(
    [0, 1, 20].map((attempt) => reconnectDelayMs(attempt, () => 0)),
    [250, 500, 15_000],
  )
})
