import type { AppError } from '@parley/errors'
import t from 'tap'
import { createLoad } from './load.ts'

t.test('D6 a replica that runs enough, or gets to its work late, refuses what is new at once and says when to come back', async (t) => {
  const now = { delayMs: 10, size: 0 }
  const load = createLoad({ pressure: now, running: now, maxRunning: 1_000, maxDelayMs: 200 })
  const refusal = (caller: 'chat' | 'api' = 'api') => {
    try {
      load.admit(caller)
      return null
    } catch (error) {
      const { code, retryAfterS } = error as AppError
      return { code, retryAfterS }
    }
  }
  t.equal(refusal(), null)
  now.size = 1_000
  t.same(refusal(), { code: 'service_busy', retryAfterS: 1 })
  now.size = 500
  now.delayMs = 201
  t.same(refusal(), { code: 'service_busy', retryAfterS: 1 })
  t.equal(refusal('chat'), null, 'chat has let its turn in already')
  now.delayMs = 2_001
  t.same(refusal('chat'), { code: 'service_busy', retryAfterS: 1 })
  now.delayMs = 199
  t.equal(refusal(), null)
  now.size = 10
  now.delayMs = 1_000
  t.equal(refusal(), null, 'ten calls are not what makes it late')
})
