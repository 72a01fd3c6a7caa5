import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { StreamPart } from '../provider.ts'
import { createSseSplitter } from '../sse.ts'
import { createAnthropicReader } from './anthropic-events.ts'

t.test('thinking is a sign of life and no text; its tokens are output', async (t) => {
  const reader = createAnthropicReader()
  const bytes = readFileSync(join(import.meta.dirname, 'fixtures/thinking.sse'))
  const parts: StreamPart[] = []
  createSseSplitter((event) => reader.read(event, parts)).push(bytes)
  t.same(
    parts.map(({ type }) => type),
    ['started', 'usage', 'progress', 'progress', 'progress', 'text', 'text', 'usage'],
  )
  t.match(parts.at(-1), { usage: { inputTokens: 21, cachedInputTokens: 8, outputTokens: 31 } })
  t.equal(reader.finishReason, 'stop')
  t.ok(reader.isComplete)
})

t.test('the output figure at the beginning of a stream is not taken for its end', async (t) => {
  const reader = createAnthropicReader()
  const data = '{"type":"message_start","message":{"id":"msg_1","model":"m","usage":{"input_tokens":5,"output_tokens":1}}}'
  const parts: StreamPart[] = []
  reader.read({ type: 'message_start', data }, parts)
  t.match(parts, [{}, { usage: { inputTokens: 5, outputTokens: undefined } }])
})
