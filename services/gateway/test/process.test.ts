import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { startServiceProcess, startTraceCollector } from '@parley/testing'
import t from 'tap'
import { v7 as newId } from 'uuid'
import { startWorld } from './harness.ts'
import { openSocket } from './socket-client.ts'
import { playTurn } from './turn-frames.ts'

t.test('A-23 wrong or missing configuration stops the process with a readable list', async (t) => {
  const { status, stderr } = spawnSync(process.execPath, ['src/main.ts'], {
    cwd: join(import.meta.dirname, '..'),
    env: { PATH: process.env.PATH, PORT: 'x', PUBLIC_URL: 'ftp://x' },
    encoding: 'utf8',
  })
  t.equal(status, 1)
  t.match(stderr, /PORT is wrong/)
  t.match(stderr, /PUBLIC_URL is wrong: needs a URL: http:\/\/… or https:\/\/…/)
  t.match(stderr, /DATABASE_URL is missing/)
  t.match(stderr, /PRINCIPAL_SIGNING_KEY is missing/)
  t.notMatch(stderr, /at .*\.ts:\d+/)
})

t.test('A-24 production refuses the passwords everybody knows', async (t) => {
  const world = await startWorld(t)
  const { status, stderr } = spawnSync(process.execPath, ['src/main.ts'], {
    cwd: join(import.meta.dirname, '..'),
    env: {
      PATH: process.env.PATH,
      ...world.environment,
      NODE_ENV: 'production',
      DATABASE_URL: 'postgresql://gateway:password@db/parley_gateway',
    },
    encoding: 'utf8',
  })
  t.equal(status, 1)
  t.match(stderr, /DATABASE_URL is refused in production/)
})

t.test('N-9 SIGTERM: sockets get 1012, the process ends with 0, and the client resumes elsewhere', async (t) => {
  const world = await startWorld(t)
  const elsewhere = await world.startGateway()
  const service = await startServiceProcess('gateway', world.environment)
  t.teardown(() => service.kill())
  const cookie = await world.auth.token()
  const client = await openSocket(service.url, { cookie })
  const id = newId()
  client.send({ type: 'turn.start', id, conversationId: null, text: 'Hello' })
  await client.next('turn.accepted')
  const turn = playTurn(world.bus, world.chat, id)
  turn.say(5)
  await client.next('turn.delta', ({ seq }) => seq === 5)
  const stopping = service.stop()
  t.equal(await client.closeCode(), 1012)
  turn.say(5)
  const second = await elsewhere.openSocket({ cookie })
  second.send({ type: 'turn.resume', turnId: id, afterSeq: 5 })
  await second.next('turn.delta', ({ seq }) => seq === 10)
  turn.end()
  await second.next('turn.completed')
  t.equal(client.textOf(id).text + second.textOf(id).text, turn.text)
  t.equal(await stopping, 0)
})

t.test('I2 turn.start is the root of the trace that reaches chat', async (t) => {
  const world = await startWorld(t)
  const collector = await startTraceCollector()
  t.teardown(() => collector.close())
  const service = await startServiceProcess('gateway', {
    ...world.environment,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_BSP_SCHEDULE_DELAY: '100',
  })
  t.teardown(() => service.kill())
  const userId = newId()
  const client = await openSocket(service.url, { cookie: await world.auth.token({ sub: userId }) })
  const id = newId()
  client.send({ type: 'turn.start', id, conversationId: null, text: 'Hello' })
  await client.next('turn.accepted')
  const spans = await collector.waitFor(
    (all) => all.some(({ name }) => name === 'socket turn.start') && all.some((span) => span.name === 'POST'),
  )
  const root = spans.find(({ name }) => name === 'socket turn.start')
  const call = spans.find(({ name, traceId }) => name === 'POST' && traceId === root?.traceId)
  t.notOk(root?.parentSpanId)
  t.match(root?.attributes, { 'user.id': userId, 'parley.turn.id': id })
  t.equal(call?.parentSpanId, root?.spanId)
  const seen = world.chat.seen.find(({ url }) => url === '/internal/turns')
  t.match(String(seen?.headers.traceparent), new RegExp(`^00-${root?.traceId}-${call?.spanId}-01`))
  t.notOk(spans.some(({ name }) => name.includes('health')))
})
