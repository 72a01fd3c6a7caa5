import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { StreamPart } from '../provider.ts'
import { createSseSplitter } from '../sse.ts'
import { createCohereReader } from './cohere-events.ts'

function readEvents(text: string | Buffer) {
  const reader = createCohereReader('command-r7b-12-2024')
  const parts: StreamPart[] = []
  createSseSplitter((event) => reader.read(event, parts)).push(Buffer.from(text))
  return { reader, parts }
}
const end = (delta: object) => `data: ${JSON.stringify({ type: 'message-end', delta })}\n\n`

t.test('thinking is a sign of life and no text; the model is the one that was asked', async (t) => {
  const { reader, parts } = readEvents(readFileSync(join(import.meta.dirname, 'fixtures/thinking.sse')))
  t.same(
    parts.map(({ type }) => type),
    ['started', 'progress', 'progress', 'text', 'usage'],
  )
  t.match(parts[0], { model: 'command-r7b-12-2024', responseId: '29f14a5a-11de-4cae-9800-25e4747408ea' })
  t.ok(reader.isComplete)
})

t.test('C7 what is billed counts, and what was processed only where nothing else is said', async (t) => {
  const tokens = { input_tokens: 528, output_tokens: 9 }
  t.match(readEvents(end({ finish_reason: 'COMPLETE', usage: { billed_units: { input_tokens: 21, output_tokens: 8 }, tokens } })).parts, [
    { usage: { inputTokens: 21, outputTokens: 8 } },
  ])
  t.match(readEvents(end({ finish_reason: 'COMPLETE', usage: { tokens } })).parts, [{ usage: { inputTokens: 528, outputTokens: 9 } }])
})

t.test('F-15 a stream that ends because the vendor gave up is a failure, with what it used', async (t) => {
  for (const finish_reason of ['ERROR', 'TIMEOUT']) t.throws(() => readEvents(end({ finish_reason })), { code: 'overloaded' })
})
