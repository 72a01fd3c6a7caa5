import type { AppError } from '@parley/errors'
import t from 'tap'
import { createLoad, type Load } from './load.ts'

/** The code of the refusal, or null; it always says when to come back. */
const refusalsOf =
  (load: Load) =>
  (caller: 'chat' | 'api' = 'api') => {
    try {
      load.admit(caller)
      return null
    } catch (error) {
      const { code, retryAfterS = 0 } = error as AppError
      return retryAfterS >= 1 && retryAfterS <= 3 ? code : 'without a time'
    }
  }

t.test('D6 a replica that runs enough, or gets to its work late, refuses what is new at once and says when to come back', async (t) => {
  const now = { delayMs: 10, size: 0 }
  const load = createLoad({ pressure: now, running: now, maxRunning: 1_000, maxDelayMs: 200 })
  const refusal = refusalsOf(load)
  t.equal(refusal(), null)
  now.size = 1_000
  t.equal(refusal(), 'service_busy')
  now.size = 500
  now.delayMs = 201
  t.equal(refusal(), 'service_busy')
  t.equal(refusal('chat'), null, 'chat has let its turn in already')
  now.delayMs = 2_001
  t.equal(refusal('chat'), 'service_busy')
  now.delayMs = 199
  t.equal(refusal(), null)
  now.size = 10
  now.delayMs = 1_000
  t.equal(refusal(), null, 'ten calls are not what makes it late')
})

t.test('D6 where many calls run, those that begin are let in by the dozen', async (t) => {
  const now = { delayMs: 10, size: 500 }
  const load = createLoad({ pressure: now, running: now, maxRunning: 1_000, maxDelayMs: 200 })
  const refusal = refusalsOf(load)
  const begin = () => {
    const admission = Promise.withResolvers<string>()
    return { ...admission, begun: load.begins(admission.promise) }
  }
  const [first, second] = [begin(), begin()]
  for (let others = 0; others < 22; others += 1) begin()
  t.equal(refusal(), 'service_busy')
  t.equal(refusal('chat'), null, 'chat has let its turn in already')
  now.size = 10
  t.equal(refusal(), null, 'a crowd on an idle replica only waits for itself')
  now.size = 500

  first.resolve('let in')
  t.equal(await first.begun, 'let in')
  t.equal(refusal(), null)
  begin()
  t.equal(refusal(), 'service_busy')
  second.reject(new Error('no quota'))
  await t.rejects(second.begun, { message: 'no quota' })
  t.equal(refusal(), null, 'one that was refused elsewhere begins no more')
})
