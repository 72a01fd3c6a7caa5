import { openPool } from '@parley/database'
import { scriptedAnswers, startProviderSimulator } from '@parley/simulators'
import {
  aPrincipal,
  createTestDatabase,
  type ServiceProcess,
  startServiceProcess,
  startTestNats,
  startTestPrincipals,
  waitFor,
} from '@parley/testing'
import t, { type Test } from 'tap'
import { v7 as newId } from 'uuid'
import { firstText, says } from './harness.ts'

interface Row {
  outcome: string
  is_estimated: boolean | null
  input_tokens: string | null
  output_tokens: string | null
  cost_micro_usd: string | null
  leg: number | null
}

interface Fact {
  callId: string
  turnId: string
  outcome: string
  usage: { inputTokens: string; outputTokens: string; costMicroUsd?: string; estimated: boolean; priceId: string }
  wasted?: { number: number; usage: { costMicroUsd?: string } }[]
}

/** Replicas are processes of their own, on one database. */
async function openWorld(t: Pick<Test, 'teardown'>, { heartbeatMs = 100 } = {}) {
  const [database, nats, principals, simulator] = await Promise.all([
    createTestDatabase('ai-router'),
    startTestNats(),
    startTestPrincipals(),
    startProviderSimulator({ answer: scriptedAnswers() }),
  ])
  const pool = openPool({ url: database.ownerUrl, applicationName: 'test', poolSize: 1 })
  const principal = aPrincipal()
  const started: ServiceProcess[] = []
  t.teardown(async () => {
    await Promise.all(started.map((replica) => replica.kill()))
    await Promise.all([simulator.close(), nats.stop(), pool.end()])
    await database.drop()
  })
  const rowOf = async (callId: string) => (await pool.query<Row>('SELECT * FROM ai_call WHERE id = $1', [callId])).rows[0]
  return {
    rowOf,
    async startReplica(): Promise<ServiceProcess> {
      const replica = await startServiceProcess('ai-router', {
        DATABASE_URL: database.url,
        NATS_URL: nats.url,
        PRINCIPAL_JWKS: principals.jwksJson,
        OPENAI_BASE_URL: simulator.openaiUrl,
        OPENAI_SIMULATED: 'true',
        CALL_HEARTBEAT_MS: String(heartbeatMs),
        CALL_LOST_AFTER_MS: '1500',
      })
      started.push(replica)
      return replica
    },
    async send({ url }: ServiceProcess, fields: { callId: string; turnId: string }, text: string) {
      return fetch(`${url}/internal/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-parley-principal': await principals.chatSigner.sign(principal) },
        body: JSON.stringify({ ...fields, userId: principal.userId, plan: 'free', ...says(text) }),
      })
    },
    /** Resolves when the replica has said of a call that it has written something. */
    toldProgress: (callId: string) => waitFor('the progress', async () => Number((await rowOf(callId))?.output_tokens) > 0),
    ended: (callId: string) =>
      waitFor('the end of the call', async () => {
        const row = await rowOf(callId)
        return row?.outcome === 'running' ? null : row
      }),
    async factsOf(callId: string): Promise<Fact[]> {
      const { rows } = await pool.query<{ payload: Fact }>(
        "SELECT payload FROM messaging.outbox WHERE subject = 'evt.ai.call.completed.v1' AND payload ->> 'callId' = $1 ORDER BY position",
        [callId],
      )
      return rows.map(({ payload }) => payload)
    },
  }
}

// A process takes seconds of a CPU to start: who outlives a test serves the next one.
const { rowOf, startReplica, send, toldProgress, ended, factsOf } = await openWorld(t)
const [survivor, victim] = await Promise.all([startReplica(), startReplica()])

t.test('F-2 a call of a process that was killed is booked once, as lost, by what it had used', async (t) => {
  const third = await startReplica()
  const [callId, turnId] = [newId(), newId()]
  const answer = await firstText(await send(third, { callId, turnId }, '[[tokens=2000 tps=50]]'))
  await toldProgress(callId)
  await third.kill()
  await t.rejects(answer.rest())

  const row = await ended(callId)
  t.match(row, { outcome: 'lost', is_estimated: true })
  t.ok(Number(row?.input_tokens) > 0)
  t.ok(Number(row?.cost_micro_usd) > 0)

  // A call that lives for several more looks of both survivors: nobody books the lost one again, nor this one early.
  const living = newId()
  const long = await firstText(await send(survivor, { callId: living, turnId: newId() }, '[[tokens=200 tps=50]]'))
  t.equal((await long.rest()).last.case, 'finished')
  t.match(await ended(living), { outcome: 'completed' })
  const [fact, ...others] = await factsOf(callId)
  t.same(others, [])
  t.match(fact, {
    turnId,
    outcome: 'CALL_OUTCOME_LOST',
    usage: { inputTokens: row?.input_tokens, outputTokens: row?.output_tokens, costMicroUsd: row?.cost_micro_usd, estimated: true },
  })
})

t.test('F-2 B-17 a leg that broke before its process was killed is told as wasted, beside the one that ran then', async (t) => {
  const callId = newId()
  const answer = await firstText(await send(victim, { callId, turnId: newId() }, '[[tokens=2000 tps=50 fault=reset after=5 times=1]]'))
  await waitFor('the progress of the second leg', async () => (await rowOf(callId))?.leg === 2)
  await victim.kill()
  await t.rejects(answer.rest())
  t.match(await ended(callId), { outcome: 'lost', leg: 2 })
  const [fact] = await factsOf(callId)
  t.match(fact, { outcome: 'CALL_OUTCOME_LOST', usage: { estimated: true }, wasted: [{ number: 1 }] })
  t.equal(fact?.wasted?.length, 1)
})

t.test('F-2 B-17 a call whose process was killed before it said anything of it is in the books, estimated', async (t) => {
  const { rowOf, startReplica, send, ended, factsOf } = await openWorld(t, { heartbeatMs: 30_000 })
  const [silent] = await Promise.all([startReplica(), startReplica()])
  const [callId, turnId] = [newId(), newId()]
  const answer = await firstText(await send(silent, { callId, turnId }, '[[tokens=2000 tps=50]]'))
  t.match(await rowOf(callId), { outcome: 'running', input_tokens: null, output_tokens: null }, 'nothing was said of it yet')
  await silent.kill()
  await t.rejects(answer.rest())

  const row = await ended(callId)
  t.match(row, { outcome: 'lost', is_estimated: true, leg: 1 })
  t.ok(Number(row?.input_tokens) > 0, 'all of its input')
  t.equal(Number(row?.output_tokens), 60 * 30, 'what is written in the time that it is not heard of')
  t.ok(Number(row?.cost_micro_usd) > 0)
  const [fact, ...others] = await factsOf(callId)
  t.same(others, [])
  t.match(fact, {
    turnId,
    outcome: 'CALL_OUTCOME_LOST',
    usage: { inputTokens: row?.input_tokens, outputTokens: row?.output_tokens, costMicroUsd: row?.cost_micro_usd, estimated: true },
  })
})

t.test('F-2 a process that was only paused does not book its call again, and ends what nobody would pay for', async (t) => {
  const paused = await startReplica()
  const callId = newId()
  const answer = await firstText(await send(paused, { callId, turnId: newId() }, '[[tokens=3000 tps=50]]'))
  await toldProgress(callId)
  process.kill(paused.pid, 'SIGSTOP')
  const lost = await ended(callId)
  t.match(lost, { outcome: 'lost' })
  process.kill(paused.pid, 'SIGCONT')

  const { last } = await answer.rest()
  t.match(last, { case: 'failed', value: { code: 'service_busy' } })
  t.equal(last.case === 'failed' && last.value.usage, undefined, 'figures that do not count are not told')
  t.same(await rowOf(callId), lost)
  t.equal((await factsOf(callId)).length, 1)
})
