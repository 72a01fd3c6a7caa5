import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { PassThrough } from 'node:stream'
import t, { type Test } from 'tap'
import { activeTraceId, counter, createLogger, extractTrace, injectTrace, metricsText, shutdownTelemetry, withSpan } from '../src/index.ts'

function capture() {
  const destination = new PassThrough()
  const logger = createLogger({ name: 'test', level: 'debug', destination })
  return { logger, line: () => JSON.parse(String(destination.read())) as Record<string, unknown> }
}

t.test('a log line has an ISO time, a level word and the service; credentials, addresses and texts are masked', async (t) => {
  const { logger, line } = capture()
  logger.info(
    {
      email: 'a@b.c',
      user: { email: 'a@b.c' },
      req: { headers: { authorization: 'Bearer x', cookie: 'y' } },
      message: { text: 'my secret' },
      list: [{ token: 'my secret' }],
      turnId: 't1',
      at: new Date(0),
    },
    'hello',
  )
  const written = line()
  t.match(written, { req: { headers: { cookie: '[redacted]' } }, at: '1970-01-01T00:00:00.000Z' })
  t.match(written, { level: 'info', service: 'test', msg: 'hello', turnId: 't1', time: /^\d{4}-\d\d-\d\dT/ })
  t.notMatch(JSON.stringify(written), /a@b\.c|Bearer|my secret|"y"/)
  logger.child({ token: 'my secret', part: 'one' }).info('hello')
  t.match(line(), { token: '[redacted]', part: 'one' })
})

t.test('what is logged stays as it is for whoever logged it', async (t) => {
  const { logger } = capture()
  const fields = { user: { email: 'a@b.c' } }
  logger.info(fields, 'hello')
  t.strictSame(fields, { user: { email: 'a@b.c' } })
})

t.test('an error is logged with message, stack, code and cause, but without what drivers hang on it', async (t) => {
  const { logger, line } = capture()
  const cause = Object.assign(new Error('duplicate key'), { code: '23505', detail: 'Key (email)=(a@b.c) already exists' })
  logger.error({ err: new Error('could not store', { cause }) }, 'failed')
  const written = line()
  t.match(written.err, { message: 'could not store', stack: /telemetry\.test/, cause: { code: '23505', message: 'duplicate key' } })
  t.notMatch(JSON.stringify(written), /a@b\.c/)
})

t.test('without a collector spans run their function and carry nothing', async (t) => {
  t.equal(await withSpan('work', {}, async () => activeTraceId()), undefined)
  t.strictSame(injectTrace({}), {})
  await t.rejects(
    withSpan('work', { parent: extractTrace({ traceparent: 'nonsense' }) }, () => Promise.reject(new Error('as it was'))),
    {
      message: 'as it was',
    },
  )
  await t.resolves(shutdownTelemetry())
})

t.test('a metric asked for twice is one metric', async (t) => {
  const options = { name: 'parley_test_things_total', help: 'Things.', labelNames: ['kind'] as const }
  counter(options).inc({ kind: 'a' })
  counter(options).inc({ kind: 'a' })
  const text = await metricsText()
  t.match(text, /parley_test_things_total\{kind="a"\} 2/)
  t.match(text, /process_cpu_seconds_total/)
})

const PROGRAM = `
import { createLogger, injectTrace, shutdownTelemetry, withSpan } from '${new URL('../src/index.ts', import.meta.url)}'
const logger = createLogger({ name: 'child' })
await withSpan('outer', { attributes: { 'user.id': 'u1' } }, async () => {
  logger.info({ carrier: injectTrace({}) }, 'inside')
  await withSpan('inner', {}, () => { throw new TypeError('a secret text') }).catch(() => undefined)
})
await shutdownTelemetry()
process.exit(0)
`

const BELOW = `
import { createLogger, injectTrace, shutdownTelemetry, withSpan } from '${new URL('../src/index.ts', import.meta.url)}'
const logger = createLogger({ name: 'child' })
await withSpan('outer', {}, () => withSpan('inner', {}, () => logger.info({ carrier: injectTrace({}) }, 'inside')))
await shutdownTelemetry()
process.exit(0)
`

const UNRECORDED = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-00`
/** What a service does that was called. */
const CALLED = `
import { createLogger, extractTrace, injectTrace, shutdownTelemetry, withSpan } from '${new URL('../src/index.ts', import.meta.url)}'
const logger = createLogger({ name: 'child' })
const parent = extractTrace({ traceparent: '${UNRECORDED}' })
await withSpan('reply', { parent }, () => logger.info({ carrier: injectTrace({}) }, 'inside'))
await shutdownTelemetry()
process.exit(0)
`

async function runTraced(endpoint: string, program = PROGRAM, env: Record<string, string> = {}) {
  const child = spawn(
    process.execPath,
    ['--import', new URL('../src/register.ts', import.meta.url).href, '--input-type=module', '-e', program],
    {
      env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: 'child', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  const [code] = (await once(child, 'close')) as [number]
  return { code, line: JSON.parse(Buffer.concat(chunks).toString()) as { trace_id: string; carrier: { traceparent: string } } }
}

/** Keeps what it is sent. */
async function startCollector(t: Test) {
  const bodies: string[] = []
  const collector = createServer((request, response) => {
    const chunks: Buffer[] = []
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        bodies.push(Buffer.concat(chunks).toString())
        response.setHeader('content-type', 'application/json').end('{}')
      })
  }).listen(0, '127.0.0.1')
  t.teardown(() => collector.close())
  await once(collector, 'listening')
  const { port } = collector.address() as { port: number }
  return { bodies, url: `http://127.0.0.1:${port}` }
}

t.test('I2 with a collector spans are exported as a tree, log lines and carriers bear the trace id, error texts stay out', async (t) => {
  const { bodies, url } = await startCollector(t)
  const { code, line } = await runTraced(url)
  t.equal(code, 0)
  type Span = { name: string; traceId: string; spanId: string; parentSpanId?: string; status: { code?: number } }
  type Export = {
    resourceSpans: { resource: { attributes: { key: string; value: { stringValue?: string } }[] }; scopeSpans: { spans: Span[] }[] }[]
  }
  const exported = bodies.flatMap((body) => (JSON.parse(body) as Export).resourceSpans)
  const spans = exported.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans))
  const outer = spans.find(({ name }) => name === 'outer')
  const inner = spans.find(({ name }) => name === 'inner')
  t.equal(inner?.parentSpanId, outer?.spanId)
  t.equal(inner?.status.code, 2)
  t.equal(line.trace_id, outer?.traceId)
  t.match(line.carrier.traceparent, new RegExp(`^00-${outer?.traceId}-`))
  const names = exported[0]?.resource.attributes.filter(({ key }) => key === 'service.name')
  t.strictSame(names, [{ key: 'service.name', value: { stringValue: 'child' } }])
  t.notMatch(bodies.join(), /a secret text/)
})

t.test('I2 below a span that is not recorded there are no others, and its trace is carried on', async (t) => {
  const { bodies, url } = await startCollector(t)
  const { code, line } = await runTraced(url, BELOW, { OTEL_TRACES_SAMPLER: 'parentbased_always_off' })
  t.equal(code, 0)
  t.match(line.carrier.traceparent, new RegExp(`^00-${line.trace_id}-[0-9a-f]{16}-00$`))
  t.same(bodies, [])
})

t.test('I2 below a span that a caller did not record there is none either, unless each decides for itself', async (t) => {
  const { bodies, url } = await startCollector(t)
  const { line } = await runTraced(url, CALLED)
  t.equal(line.carrier.traceparent, UNRECORDED)
  t.same(bodies, [])

  const own = await runTraced(url, CALLED, { OTEL_TRACES_SAMPLER: 'always_on' })
  t.match(own.line.carrier.traceparent, new RegExp(`^${UNRECORDED.slice(0, 35)}-[0-9a-f]{16}-01$`))
  t.match(bodies.join(), /"name":"reply"/)
})

t.test('a collector that is away or never answers neither fails nor holds up the end of the process', async (t) => {
  t.equal((await runTraced('http://127.0.0.1:9')).code, 0)
  const asked: string[] = []
  const silent = createServer(({ url = '' }) => asked.push(url)).listen(0, '127.0.0.1')
  t.teardown(() => silent.close())
  await once(silent, 'listening')
  const { port } = silent.address() as { port: number }
  // Whatever else would give up by itself waits longer than this test is given.
  const patient = { OTEL_EXPORTER_OTLP_TIMEOUT: '600000', OTEL_BSP_EXPORT_TIMEOUT: '600000' }
  t.equal((await runTraced(`http://127.0.0.1:${port}`, PROGRAM, patient)).code, 0)
  t.strictSame(asked, ['/v1/traces'])
})
