import t, { type Test } from 'tap'
import type { Fault, Plan, Settings } from './fault.ts'
import { chatKilled } from './faults/f-1-chat-killed.ts'
import { gatewayKilled } from './faults/f-3-gateway-killed.ts'
import { runPlan } from './run-fault.ts'
import { startWorld, type World } from './world.ts'

// One platform for both: starting it is the dear part. All faults, more often and under more load: `npm run chaos`.
const settings: Settings = { count: 3, awayMs: null, old: null }
const PEOPLE = 12
let world: World

t.before(async () => {
  world = await startWorld({ replicas: { chat: 2, gateway: 2 }, people: PEOPLE, serviceEnvironment: { chat: { LEASE_MS: '2000' } } })
})
t.teardown(() => world.close())

/** Fewer and shorter streams than `npm run chaos`, so that a small machine is not what is tested. */
async function run(t: Test, { id, prepare }: Fault): Promise<void> {
  const plan: Plan = { ...prepare(settings), shape: { tokens: [40, 100], tokensPerSecond: [20, 40] } }
  const result = await runPlan(id, plan, world, { ...settings, seed: 1, streams: 10, restPerSecond: 20, say: (text) => t.comment(text) })
  t.same(result.findings, [])
  t.match(result, { lost: 0, duplicate: 0, unexpected: 0, injections: settings.count })
  t.ok(result.affected > 0, 'streams were running')
}

t.test('F-3 a gateway killed 3 times: every client resumes on another replica, nothing is lost or repeated', (t) => run(t, gatewayKilled))
t.test('F-1 a chat replica killed 3 times: every answer is whole, shown once and charged once', (t) => run(t, chatKilled))
