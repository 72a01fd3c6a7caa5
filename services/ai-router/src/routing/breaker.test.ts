import t from 'tap'
import { createBreaker } from './breaker.ts'

const rules = { failures: 5, openMs: 300_000, lastResortMs: 1_000, probeMs: 30_000 }
const bad = { kind: 'bad', reason: 'overloaded' } as const
const good = { kind: 'good' } as const

function opened() {
  const breaker = createBreaker(rules)
  for (let failure = 0; failure < 5; failure += 1) breaker.judge(bad, false, 0)
  return breaker
}

t.test('C3 the fifth failure in a row opens it, a success in between sets them back, and what says nothing changes nothing', async (t) => {
  const breaker = createBreaker(rules)
  for (let failure = 0; failure < 4; failure += 1) t.equal(breaker.judge(bad, false, 0), null)
  breaker.judge({ kind: 'nothing' }, false, 0)
  t.equal(breaker.failures, 4)
  breaker.judge(good, false, 0)
  for (let failure = 0; failure < 4; failure += 1) t.equal(breaker.judge(bad, false, 0), null)
  t.equal(breaker.judge(bad, false, 0), 'opened')
  t.match(breaker.state, { name: 'open', reason: 'overloaded', dueMs: 300_000 })
  t.equal(breaker.judge(bad, false, 10_000), null, 'answers that come late prolong nothing')
  t.match(breaker.state, { dueMs: 300_000 })
})

t.test('C3 one prober at a time; one that is lost is followed by another', async (t) => {
  const breaker = opened()
  t.notOk(breaker.isDue(299_999, false))
  t.ok(breaker.isDue(300_000, false))
  t.ok(breaker.probe('a', 300_000))
  t.notOk(breaker.isDue(300_001, false))
  t.notOk(breaker.isDue(300_001, true), 'not even as a last resort')
  t.notOk(breaker.probe('b', 300_001))
  t.ok(breaker.isDue(330_000, false), 'a is gone')
  t.ok(breaker.probe('b', 330_000))
})

t.test('C3 a probe closes it, opens it for another time, or leaves it to the next one', async (t) => {
  const closing = opened()
  closing.probe('a', 300_000)
  t.equal(closing.judge(good, true, 300_100), 'closed')
  t.match({ state: closing.state, failures: closing.failures }, { state: { name: 'closed' }, failures: 0 })

  const failing = opened()
  failing.probe('a', 300_000)
  t.equal(failing.judge({ kind: 'bad', reason: 'timeout' }, true, 300_100), 'opened')
  t.match(failing.state, { name: 'open', reason: 'timeout', dueMs: 600_100, sinceMs: 0 })

  const left = opened()
  left.probe('a', 300_000)
  left.judge({ kind: 'nothing' }, true, 300_100)
  t.ok(left.isDue(300_100, false))
})

t.test('a probe that says nothing of its target, as when another one was faster, leaves everything as it was', async (t) => {
  const breaker = opened()
  breaker.probe('a', 1_000)
  t.equal(breaker.judge({ kind: 'nothing' }, true, 1_500), 'opened')
  t.match(breaker.state, { name: 'open', reason: 'overloaded', sinceMs: 0, dueMs: 300_000 })
  t.notOk(breaker.isDue(1_999, true))
  t.ok(breaker.isDue(2_000, true))
})

t.test('as a last resort it is tried earlier, but not all the time', async (t) => {
  const breaker = opened()
  t.notOk(breaker.isDue(999, true))
  t.ok(breaker.isDue(1_000, true))
  breaker.probe('a', 1_000)
  breaker.judge(bad, true, 1_500)
  t.notOk(breaker.isDue(2_499, true))
  t.ok(breaker.isDue(2_500, true))
})
