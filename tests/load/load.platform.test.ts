import t from 'tap'
import { measureSockets } from './measure-sockets.ts'
import { measureStops, stopReplicas } from './measure-stops.ts'
import { measureTurns } from './measure-turns.ts'
import { scenarios } from './scenarios.ts'
import { judge } from './verdict.ts'
import { startWorld, type World } from './world.ts'

let world: World
t.before(async () => {
  world = await startWorld({ tracedShare: 0.1, replicas: stopReplicas, unsafeFast: true, onProgress: () => undefined })
})
t.teardown(() => world.close())

const goalsOf = (name: string) => scenarios.find(({ id }) => id === name)?.goals ?? []

t.test('a few answers at a time arrive whole, once and in order, and every figure is there', async (t) => {
  const result = await measureTurns(world, { turns: 4, rate: 20, answer: 20, rounds: 2, ramp: 0.2 })
  t.match(result, { lost: 0, duplicate: 0, reordered: 0, failed: 0, completed: 8, tokens: 160 })
  t.strictSame(result.failures, {})
  t.equal(judge(goalsOf('turns'), result).length, goalsOf('turns').length)
  for (const figures of [result.cpuSecondsPerMillionTokens, result.coreShare, result.rssMb]) {
    t.hasProps(figures, ['gateway', 'chat', 'ai-router', 'usage', 'nats', 'postgres', 'redis', 'token source', 'load generator'])
    t.ok(Object.values(figures).every(Number.isFinite))
  }
  t.ok(result.firstTokenMs.platform.p50 > 0)
  t.ok(result.tokenMs.direct.p99 > 0)
  t.ok(result.framesPerSecond > 0)
})

t.test('idle sockets stay open and come back when all connections break', async (t) => {
  const result = await measureSockets(world, { sockets: 20, ramp: 0.2, hold: 0.5 })
  t.match(result, { opened: 20, reopened: 20, errors: 0 })
  t.strictSame(result.failures, {})
  t.equal(judge(goalsOf('sockets'), result).length, goalsOf('sockets').length)
})

t.test('answers are stopped from anywhere and keep what was shown', async (t) => {
  const result = await measureStops(world, { turns: 3, rate: 20, rounds: 1, ramp: 0.2 })
  t.match(result, { stopped: 3, failed: 0 })
  t.strictSame(result.failures, {})
  t.ok(result.stopMs.p50 > 0)
  t.equal(judge(goalsOf('stop'), result).length, goalsOf('stop').length)
})
