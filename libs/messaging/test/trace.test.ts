import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type Span, startTraceCollector } from '@parley/testing'
import t from 'tap'
import { createWorld } from './world.ts'

t.test('I2 one trace goes from a request through its questions, its outbox row and the effect of its event', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  const collector = await startTraceCollector()
  t.teardown(() => collector.close())
  const child = spawn(
    process.execPath,
    ['--import', '@parley/telemetry/register', fileURLToPath(new URL('traced-process.ts', import.meta.url))],
    {
      env: {
        ...process.env,
        NATS_URL: world.nats.url,
        DATABASE_URL: world.databaseUrl,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
        OTEL_SERVICE_NAME: 'usage',
      },
      stdio: 'inherit',
    },
  )
  t.teardown(() => child.kill())
  const [code] = await once(child, 'exit')
  t.equal(code, 0)

  const spans = await collector.waitFor(
    (all) => all.some((span) => span.name === 'the request') && all.some((span) => span.name === 'the effect'),
  )
  const named = (name: string): Span => {
    const found = spans.find((span) => span.name === name)
    if (found === undefined) throw new Error(`no span ${name}`)
    return found
  }
  const isUnder = (name: string, parent: string) => t.equal(named(name).parentSpanId, named(parent).spanId, `${name} <- ${parent}`)
  isUnder('rpc.usage.reserve-turn.v1 request', 'the request')
  isUnder('rpc.usage.reserve-turn.v1 reply', 'rpc.usage.reserve-turn.v1 request')
  isUnder('evt.chat.turn.failed.v1 publish', 'the request')
  isUnder('evt.chat.turn.failed.v1 process', 'evt.chat.turn.failed.v1 publish')
  isUnder('the effect', 'evt.chat.turn.failed.v1 process')
  t.equal(new Set(['the request', 'the effect', 'evt.chat.turn.failed.v1 process'].map((name) => named(name).traceId)).size, 1)
})
