import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { StreamPart } from '../provider.ts'
import { createSseSplitter } from '../sse.ts'
import { classifyGeminiError } from './gemini-errors.ts'
import { createGeminiReader } from './gemini-events.ts'

const read = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name))

function readFixture(name: string) {
  const reader = createGeminiReader()
  const parts: StreamPart[] = []
  createSseSplitter((event) => reader.read(event, parts)).push(read(name))
  return { reader, parts }
}

t.test('thinking is a sign of life and no text; its tokens are output, and final in the last event alone', async (t) => {
  const { reader, parts } = readFixture('thinking.sse')
  t.same(
    parts.map(({ type }) => type),
    ['started', 'progress', 'usage', 'text', 'usage', 'text', 'usage', 'usage'],
  )
  t.match(parts.at(2), { usage: { inputTokens: 21, outputTokens: undefined } })
  t.match(parts.at(-1), { usage: { inputTokens: 21, cachedInputTokens: 8, outputTokens: 14 } })
  t.ok(reader.isComplete)
})

t.test('a conversation that Google refuses to answer is refused for its content, what it read is counted', async (t) => {
  const reader = createGeminiReader()
  const parts: StreamPart[] = []
  const push = () => createSseSplitter((event) => reader.read(event, parts)).push(read('prompt-blocked.sse'))
  t.throws(push, { code: 'content' })
  t.match(parts.at(-1), { usage: { inputTokens: 21 } })
})

t.test('the signature of a thought travels in the id of its call; calls without an id get one', async (t) => {
  const calls = readFixture('tool-calls.sse').parts.filter(({ type }) => type === 'tool_call')
  t.match(calls, [{ id: 'fc_8d2k1x~EtQBCtEBAb4+9vvKf2q8s/J1Zw==' }, { id: 'call_Il0taoSYJ5Cez7IPrq2d8Aw_1' }])
})

t.test('a wrong key is told apart from a wrong request, and the wait is where Google says it', async (t) => {
  const refusal = (name: string, status: number) => Object.assign(new Error(read(name).toString()), { name: 'ApiError', status })
  t.match(classifyGeminiError(refusal('400-api-key.json', 400), undefined), { kind: 'auth', status: 400 })
  t.match(classifyGeminiError(refusal('429.json', 429), undefined), { kind: 'rate_limited', retryAfterMs: 7000 })
})
