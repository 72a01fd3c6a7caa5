import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { scriptedAnswers, startProviderSimulator } from '@parley/simulators'
import {
  aPrincipal,
  createTestDatabase,
  startServiceProcess,
  startTestNats,
  startTestPrincipals,
  startTraceCollector,
} from '@parley/testing'
import t, { type Test } from 'tap'
import { v7 as newId } from 'uuid'
import { firstText, readParts, says } from './harness.ts'

const SECRET_TEXT = 'a text that nobody but the vendor may read'

async function startProcess(t: Test, { tokensPerSecond = 0 } = {}) {
  const [database, nats, principals, collector, simulator] = await Promise.all([
    createTestDatabase('ai-router'),
    startTestNats(),
    startTestPrincipals(),
    startTraceCollector(),
    startProviderSimulator({ answer: scriptedAnswers(), pace: { tokensPerSecond } }),
  ])
  const service = await startServiceProcess('ai-router', {
    DATABASE_URL: database.url,
    NATS_URL: nats.url,
    PRINCIPAL_JWKS: principals.jwksJson,
    OPENAI_BASE_URL: simulator.openaiUrl,
    OPENAI_SIMULATED: 'true',
    LOG_LEVEL: 'debug',
    SHUTDOWN_TIMEOUT_MS: '6000',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_BSP_SCHEDULE_DELAY: '100',
  })
  t.teardown(async () => {
    await service.kill()
    await Promise.all([simulator.close(), collector.close(), nats.stop()])
    await database.drop()
  })
  const principal = aPrincipal()
  const callId = newId()
  const send = async (text: string, headers: Record<string, string> = {}) =>
    fetch(`${service.url}/internal/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-parley-principal': await principals.chatSigner.sign(principal), ...headers },
      body: JSON.stringify({ callId, turnId: newId(), userId: principal.userId, plan: 'free', ...says(text) }),
    })
  return { service, collector, callId, send }
}

t.test('I2 the provider call is a span of the caller’s trace in the words of the GenAI conventions, and no text is recorded', async (t) => {
  const { service, collector, callId, send } = await startProcess(t)
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const response = await send(`[[tokens=25 seed=5]] ${SECRET_TEXT}`, { traceparent: `00-${traceId}-b7ad6b7169203331-01` })
  const { last, text } = readParts(await response.text())
  t.equal(last.case, 'finished')

  const isOurs = (name: string) => (span: { name: string; traceId: string }) => span.name === name && span.traceId === traceId
  const publish = 'evt.ai.call.completed.v1 publish'
  const spans = await collector.waitFor((all) => [`chat parley-guide`, publish, 'POST'].every((name) => all.some(isOurs(name))))
  const call = spans.find(isOurs('chat parley-guide'))
  t.match(call, {
    kind: 'client',
    isError: false,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'parley-guide',
      'gen_ai.usage.output_tokens': 25,
      'gen_ai.response.finish_reasons': ['stop'],
      'parley.call.id': callId,
    },
  })
  const parents = new Map(spans.map((span) => [span.spanId, span]))
  t.equal(parents.get(call?.parentSpanId ?? '')?.name, 'POST /internal/completions')
  t.ok(
    spans.some(({ name, parentSpanId }) => name === 'POST' && parentSpanId === call?.spanId),
    'the HTTP request to the vendor is inside',
  )

  const recorded = JSON.stringify(spans) + service.logs()
  t.notMatch(recorded, SECRET_TEXT)
  t.notMatch(recorded, text)

  const metrics = await (await fetch(`${service.url}/metrics`)).text()
  const labels = 'gen_ai_operation_name="chat",gen_ai_provider_name="openai",gen_ai_request_model="parley-guide"'
  t.match(metrics, `gen_ai_client_token_usage_sum{${labels},gen_ai_token_type="output"} 25`)
  t.match(metrics, `gen_ai_client_operation_duration_seconds_count{${labels},error_type=""} 1`)
})

t.test('N-9 SIGTERM: what runs is cut in time, told and booked, and the process ends by itself', async (t) => {
  const { service, send } = await startProcess(t, { tokensPerSecond: 50 })
  const answer = await firstText(await send('[[tokens=2000]]'))
  const stopped = service.stop()
  const { last } = await answer.rest()
  t.match(last, { case: 'failed', value: { code: 'service_busy' } })
  t.ok(last.case === 'failed' && (last.value.usage?.costMicroUsd ?? 0n) > 0n)
  t.equal(await stopped, 0)
})

t.test('A-23 wrong configuration ends the process with a list', async (t) => {
  const { status, stderr } = spawnSync(process.execPath, ['src/main.ts'], {
    cwd: join(import.meta.dirname, '..'),
    env: { PATH: process.env.PATH, OPENAI_SIMULATED: 'perhaps' },
    encoding: 'utf8',
  })
  t.equal(status, 1)
  for (const name of ['DATABASE_URL', 'NATS_URL', 'PRINCIPAL_JWKS', 'OPENAI_SIMULATED']) t.match(stderr, name)
})
