import { waitFor } from '@parley/testing'
import t from 'tap'
import { says, startWorld, statusesOf, type World } from './harness.ts'

const OPENAI = { id: 'parley-guide', provider: 'openai' }
const FAILING = { kind: 'status', status: 500 } as const

/** Lets OpenAI fail until its breaker is open. */
async function openBreaker(world: World): Promise<void> {
  world.simulator.faults.add(FAILING, { provider: 'openai', times: Number.POSITIVE_INFINITY })
  while (world.deps.breakers.isClosed(OPENAI)) await world.complete(says('[[tokens=3]]'))
}

const askedOf = (world: World, provider: string) => world.simulator.requests().filter((request) => request.provider === provider).length

t.test('C3 five failures in a row open a breaker, and from then on the other provider answers at once', async (t) => {
  const world = await startWorld(t)
  await openBreaker(world)
  t.equal(askedOf(world, 'openai'), 5)
  const answer = await world.complete(says('[[tokens=3]]'))
  t.match(answer.last, { case: 'finished', value: { provider: 'anthropic' } })
  t.match(statusesOf(answer), [{ message: /^Parley Guide \(simulated\) is unavailable, / }])
  t.equal(askedOf(world, 'openai'), 5, 'it is not asked')
  t.match(world.deps.breakers.stateOf(OPENAI), { state: 'open', reason: 'overloaded' })
  t.ok((world.deps.breakers.stateOf(OPENAI).dueInMs ?? 0) > 290_000, 'for five minutes')
})

t.test('C3 what callers do wrong opens nothing; a key that is refused opens at once', async (t) => {
  const world = await startWorld(t)
  for (let call = 0; call < 6; call += 1) await world.complete(says(`[[fault=status status=400]] ${call}`))
  t.ok(world.deps.breakers.isClosed(OPENAI))
  await world.complete(says('[[tokens=3 fault=status status=401 on=openai]]'))
  t.match(world.deps.breakers.stateOf(OPENAI), { state: 'open', reason: 'auth' })
})

t.test('C3 one call that makes a vendor fail again and again does not close it to everybody else', async (t) => {
  const world = await startWorld(t, { env: { ANTHROPIC_SIMULATED: 'false', BREAKER_FAILURES: '2' } })
  await world.complete(says('[[tokens=3 fault=status status=500]]'))
  t.equal(askedOf(world, 'openai'), 3)
  t.match(world.deps.breakers.stateOf(OPENAI), { state: 'closed', failures: 1 })
})

t.test('C3 stalls and slow first tokens count', async (t) => {
  const world = await startWorld(t, {
    env: { BREAKER_FAILURES: '2', TOKEN_GAP_TIMEOUT_MS: '150', BREAKER_SLOW_FIRST_TOKEN_MS: '100', SLOW_FIRST_TOKEN_MS: '5000' },
  })
  await world.complete(says('[[tokens=10 fault=stall after=3 times=1 on=openai]]'))
  t.match(world.deps.breakers.stateOf(OPENAI), { state: 'closed', failures: 0 }, 'it went on with the answer itself')
  await world.complete(says('[[tokens=10 fault=stall after=0 on=openai]]'))
  t.match(world.deps.breakers.stateOf(OPENAI), { state: 'closed', failures: 1 })
  t.match((await world.complete(says('[[tokens=5 first=300]]'))).last, { case: 'finished', value: { provider: 'openai' } })
  t.match(world.deps.breakers.stateOf(OPENAI), { state: 'open', reason: 'slow' }, 'also where an answer followed')
})

t.test('C3 a breaker that one replica opens is open on all of them, also on one that starts later', async (t) => {
  const world = await startWorld(t)
  const other = await world.startReplica()
  await openBreaker(world)
  await waitFor('the other replica to know', () => !other.deps.breakers.isClosed(OPENAI))
  const asked = askedOf(world, 'openai')
  t.match((await world.complete(says('[[tokens=3]]'), { url: other.url })).last, { case: 'finished', value: { provider: 'anthropic' } })
  t.equal(askedOf(world, 'openai'), asked)

  const late = await world.startReplica()
  await waitFor('the late replica to know', () => !late.deps.breakers.isClosed(OPENAI))
  t.match(late.deps.breakers.stateOf(OPENAI), { state: 'open', reason: 'overloaded' })
})

t.test('C3 when its time is over one request of all replicas is the probe, and its success closes it everywhere', async (t) => {
  const world = await startWorld(t, { env: { BREAKER_OPEN_MS: '400', SLOW_FIRST_TOKEN_MS: '10000' } })
  const other = await world.startReplica()
  await openBreaker(world)
  await waitFor('the other replica to know', () => !other.deps.breakers.isClosed(OPENAI))
  const asked = askedOf(world, 'openai')
  world.simulator.faults.clear()
  await waitFor('both to be due', () => [world, other].every(({ deps }) => deps.breakers.stateOf(OPENAI).dueInMs === 0))

  // The probe takes long enough for the others to come.
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      world.complete(says(`[[tokens=3 first=1500]] ${index}`), { url: index % 2 ? world.url : other.url }),
    ),
  )
  t.equal(askedOf(world, 'openai') - asked, 1, 'exactly one')
  t.ok(
    answers.every(({ last }) => last.case === 'finished'),
    'and nobody waited for it in vain',
  )
  await waitFor('all to know', () => [world, other].every(({ deps }) => deps.breakers.isClosed(OPENAI)))
})

t.test('C3 a probe that fails leaves it open for another time', async (t) => {
  const world = await startWorld(t, { env: { BREAKER_OPEN_MS: '300' } })
  await openBreaker(world)
  const asked = askedOf(world, 'openai')
  await waitFor('it to be due', () => world.deps.breakers.stateOf(OPENAI).dueInMs === 0)
  await Promise.all([world.complete(says('[[tokens=3]]')), world.complete(says('[[tokens=3]]'))])
  t.equal(askedOf(world, 'openai') - asked, 1)
  t.match(world.deps.breakers.stateOf(OPENAI), { state: 'open' })
})

t.test('administrators see what is asked and what is not', async (t) => {
  const world = await startWorld(t)
  await openBreaker(world)
  const read = async (role: 'admin' | 'user') =>
    fetch(`${world.url}/api/v1/admin/providers/health`, { headers: await world.headers({ ...world.principal, role }) })
  t.equal((await read('user')).status, 403)
  const { items } = (await (await read('admin')).json()) as { items: { model: string }[] }
  t.match(
    items.find(({ model }) => model === 'parley-guide'),
    { provider: 'openai', state: 'open', reason: 'overloaded', limitedForMs: 0 },
  )
  t.match(
    items.find(({ model }) => model === 'parley-guide-b'),
    { state: 'closed', failures: 0, firstTokenMs: { p50: Number } },
  )
})
