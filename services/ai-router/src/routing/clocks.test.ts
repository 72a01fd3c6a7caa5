import { setTimeout as pass } from 'node:timers/promises'
import t from 'tap'
import type { ProviderError } from '../providers/provider-error.ts'
import { startStreamClock } from './clocks.ts'

// Real time, as the clock is about nothing else: what must not expire has ten times the time it needs.
const FIRST_TOKEN_MS = 200
const GAP_MS = 300

function start() {
  let expire: (error: ProviderError) => void = () => {}
  const expired = new Promise<ProviderError>((resolve) => {
    expire = resolve
  })
  let hasExpired = false
  const clock = startStreamClock({ firstTokenMs: FIRST_TOKEN_MS, gapMs: GAP_MS }, (error) => {
    hasExpired = true
    expire(error)
  })
  return { clock, expired, hasExpired: () => hasExpired }
}

t.test('C4 the first token has its own clock, which runs on through whatever is no token', async (t) => {
  const startedMs = performance.now()
  const { clock, expired } = start()
  await pass(FIRST_TOKEN_MS / 2)
  clock.arrived(false)
  t.match(await expired, { kind: 'timeout', message: /first token/ })
  t.ok(performance.now() - startedMs < 2 * FIRST_TOKEN_MS + GAP_MS)
})

t.test('C4 between tokens the gap counts, from one token to the next', async (t) => {
  const { clock, expired, hasExpired } = start()
  for (let token = 0; token < 16; token += 1) {
    clock.arrived(true)
    await pass(GAP_MS / 10)
  }
  t.notOk(hasExpired(), 'longer than the gap altogether, and no gap')
  t.match(await expired, { kind: 'timeout', message: /no token for 300 ms/ })
})

t.test('the time in which our own reader is slow is not the vendor’s', async (t) => {
  const { clock, expired, hasExpired } = start()
  clock.arrived(true)
  clock.pause()
  await pass(GAP_MS * 1.5)
  t.notOk(hasExpired())
  clock.resume()
  t.match(await expired, { kind: 'timeout' }, 'and the clock runs again afterwards')
})

t.test('a stopped clock stays silent', async (t) => {
  const { clock, hasExpired } = start()
  clock.stop()
  await pass(FIRST_TOKEN_MS * 1.5)
  t.notOk(hasExpired())
})
