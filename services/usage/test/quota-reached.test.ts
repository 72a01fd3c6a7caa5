import { events, type QuotaReached, requests } from '@parley/contracts'
import { call, follow } from '@parley/messaging'
import { createLogger } from '@parley/telemetry'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { v7 as uuidv7 } from 'uuid'
import { startUsage } from './harness.ts'

const usage = await startUsage({ LIMIT_FREE_HOUR: '20', LIMIT_FREE_DAY: '5' })
t.teardown(() => usage.close())

t.test('F1 reaching 80 and 100 percent of a day is said once each, by the message that does it', async (t) => {
  const heard: QuotaReached[] = []
  const logger = createLogger({ name: 'listener', level: 'silent' })
  const follower = follow({
    bus: usage.bus,
    event: events.quotaReached,
    sinceMs: 60_000,
    logger,
    handle: (message) => void heard.push(message),
  })
  t.teardown(() => follower.stop())
  const userId = uuidv7()
  const reserve = () => call(usage.bus, requests.reserveTurn, { turnId: uuidv7(), userId, isAdmin: false }, { timeoutMs: 10_000 })

  for (let taken = 0; taken < 4; taken++) await reserve()
  await waitFor('80 percent', () => heard.length === 1)
  // The fourth message is given back and taken again.
  await usage.pool.query(
    `UPDATE reservation SET status = 'released'
     WHERE turn_id = (SELECT turn_id FROM reservation WHERE user_id = $1 ORDER BY created_at DESC LIMIT 1)`,
    [userId],
  )
  await reserve()
  await reserve()
  await waitFor('100 percent', () => heard.length >= 2)
  t.match(heard, [
    { userId, plan: 'free', percent: 80, limit: 5, used: 4 },
    { userId, plan: 'free', percent: 100, limit: 5, used: 5 },
  ])
})
