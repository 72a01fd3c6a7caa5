import { gzipSync } from 'node:zlib'
import t from 'tap'
import { startTraceCollector } from '../src/index.ts'

const exported = {
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'chat' } }] },
      scopeSpans: [
        {
          spans: [
            {
              traceId: 'a'.repeat(32),
              spanId: 'b'.repeat(16),
              parentSpanId: 'c'.repeat(16),
              name: 'evt.chat.turn.completed.v1 publish',
              kind: 4,
              startTimeUnixNano: '1700000000000000000',
              endTimeUnixNano: '1700000000012500000',
              attributes: [
                { key: 'messaging.message.body.size', value: { intValue: '42' } },
                { key: 'parts', value: { arrayValue: { values: [{ stringValue: 'x' }, { boolValue: true }] } } },
              ],
              status: { code: 2 },
            },
          ],
        },
      ],
    },
  ],
}

t.test('received spans are flattened, and whoever waits for one is woken by its arrival', async (t) => {
  const collector = await startTraceCollector()
  t.teardown(() => collector.close())
  const waiting = collector.waitFor((spans) => spans.some((span) => span.service === 'chat'))
  const answer = await fetch(`${collector.endpoint}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    body: gzipSync(JSON.stringify(exported)),
  })
  t.equal(answer.status, 200)
  const [span] = await waiting
  t.same(span, {
    service: 'chat',
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    parentSpanId: 'c'.repeat(16),
    name: 'evt.chat.turn.completed.v1 publish',
    kind: 'producer',
    attributes: { 'messaging.message.body.size': 42, parts: ['x', true] },
    isError: true,
    startTimeMs: 1_700_000_000_000,
    durationMs: 12.5,
    links: [],
  })
})

t.test('spans that do not come are an error that lists what came', async (t) => {
  const collector = await startTraceCollector()
  t.teardown(() => collector.close())
  await fetch(`${collector.endpoint}/v1/traces`, { method: 'POST', body: JSON.stringify(exported) })
  await t.rejects(
    collector.waitFor((spans) => spans.length > 1, 20),
    /chat: evt\.chat\.turn\.completed\.v1 publish/,
  )
})
