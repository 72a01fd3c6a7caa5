import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { createPrincipalSigner } from '@parley/principal'
import { createLogger } from '@parley/telemetry'
import { startTestPrincipals, waitFor } from '@parley/testing'
import t, { type Test } from 'tap'
import { v7 as newId } from 'uuid'
import { type CompletionCall, createCompletions } from '../src/clients/ai-router.client.ts'
import { answering, type FakeAiRouter, type FakeCall, startFakeAiRouter } from './fake-ai-router.ts'
import { aUser, startWorld } from './harness.ts'

/** Chat's side of the links, and replicas of the ai-router behind a balancer that gives each connection to the next one. */
async function startLinks(t: Test, replicas: FakeAiRouter[]) {
  let next = 0
  const balancer = createServer((client) => {
    const { hostname, port } = new URL(replicas[next++ % replicas.length]?.url ?? '')
    const server = connect(Number(port), hostname)
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.pipe(other)
      one.on('error', () => other.destroy()).on('close', () => other.destroy())
    }
  }).listen(0, '127.0.0.1')
  await once(balancer, 'listening')
  const { chatSigningKeyJson } = await startTestPrincipals()
  const completions = createCompletions({
    baseUrl: `http://127.0.0.1:${(balancer.address() as AddressInfo).port}`,
    principals: createPrincipalSigner({ privateJwk: JSON.parse(chatSigningKeyJson) }),
    logger: createLogger({ name: 'test', level: 'silent' }),
  })
  t.teardown(async () => {
    completions.close()
    balancer.close()
    await Promise.all(replicas.map((replica) => replica.close()))
  })
  return completions
}

const aCall = (): CompletionCall => ({
  ...{ id: newId(), turnId: newId(), userId: newId(), plan: 'free', model: 'auto', system: '', prefill: '' },
  messages: [{ role: 'user', text: 'Hello?' }],
})

const never = new AbortController().signal
const untilGone = (call: FakeCall) => call.gone.then(() => {})

t.test('each replica of the ai-router is found, and a call goes to the one with the fewest', async (t) => {
  const replicas = await Promise.all(['one', 'two', 'three'].map(startFakeAiRouter))
  for (const replica of replicas) replica.play(untilGone)
  const completions = await startLinks(t, replicas)
  await waitFor('a link to each', () => replicas.every(({ links }) => links.size > 0))
  const ending = new AbortController()
  const calls = Array.from({ length: 6 }, () => completions.ask(aCall(), ending.signal, () => {}))
  await waitFor('the calls', () => replicas.every(({ calls }) => calls.length === 2))

  ending.abort(new Error('enough'))
  for (const { reason } of (await Promise.allSettled(calls)) as PromiseRejectedResult[]) t.match(reason, { message: 'enough' })
  await waitFor('the ends', () => replicas.every(({ calls }) => calls.every((call) => call.isGone())))
})

t.test('F-2 N-9 a replica that leaves ends what it has and gets nothing new; one that dies cuts its calls, and no others', async (t) => {
  const [leaving, staying] = await Promise.all([startFakeAiRouter('leaving'), startFakeAiRouter('staying')])
  const completions = await startLinks(t, [leaving, staying])
  await waitFor('a link to each', () => [leaving, staying].every(({ links }) => links.size > 0))
  const release = Promise.withResolvers<void>()
  leaving.play((call) => release.promise.then(() => answering('late')(call)))
  staying.play(untilGone)
  const ask = () => {
    let text = ''
    return completions
      .ask(aCall(), never, (parts) => {
        for (const part of parts) text += part.text?.delta ?? ''
      })
      .then(() => text)
  }
  const [first, second] = [ask(), ask()]
  second.catch(() => {})
  await waitFor('a call on each', () => leaving.calls.length === 1 && staying.calls.length === 1)

  leaving.leave()
  // The word comes before what is said after it.
  leaving.calls[0]?.text('on the way out ')
  await waitFor('the word to be heard', async () => {
    const before = leaving.calls.length
    ask().catch(() => {})
    await waitFor('the call', () => leaving.calls.length + staying.calls.length > 2)
    return leaving.calls.length === before
  })
  release.resolve()
  t.equal(await first, 'on the way out late')

  staying.breakLinks()
  await t.rejects(second, { code: 'service_busy' })
})

t.test('F-14 a replica from which nothing comes any more is left, with its calls', async (t) => {
  const replica = await startFakeAiRouter()
  replica.play(untilGone)
  const completions = await startLinks(t, [replica])
  const asked = completions.ask(aCall(), never, () => {})
  asked.catch(() => {})
  await waitFor('the call', () => replica.calls.length === 1)
  for (const link of replica.links) link.pause()
  await t.rejects(asked, { code: 'service_busy' })
})

t.test('a call that nobody takes is refused as busy', async (t) => {
  const completions = createCompletions({
    baseUrl: 'http://127.0.0.1:1',
    principals: createPrincipalSigner({ privateJwk: JSON.parse((await startTestPrincipals()).chatSigningKeyJson) }),
    logger: createLogger({ name: 'test', level: 'silent' }),
  })
  t.teardown(() => completions.close())
  await t.rejects(
    completions.ask(aCall(), never, () => {}),
    { code: 'service_busy' },
  )
})

t.test('F-2 an answer whose link breaks in the middle is gone on with from its last character', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  world.aiRouter.play(async (call) => {
    if (call.request.prefill) return answering(' and the second.')(call)
    call.started()
    call.text('The first half')
    await call.gone
  })
  const { body } = await chat.ask(user)
  await waitFor('the first half', () => chat.deps.running.find(body.turnId)?.answer.text === 'The first half')
  world.aiRouter.breakLinks()
  t.match(await chat.ended(user, body.turnId), { status: 'completed', text: 'The first half and the second.' })
})
