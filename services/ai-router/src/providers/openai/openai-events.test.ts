import t from 'tap'
import type { StreamPart } from '../provider.ts'
import { createOpenaiReader } from './openai-events.ts'

/** Reads the deltas of one answer. */
function readDeltas(deltas: object[], finishReason = 'stop', more: object = {}) {
  const reader = createOpenaiReader()
  const parts: StreamPart[] = []
  const chunks = [...deltas.map((delta) => ({ choices: [{ delta }] })), { choices: [{ delta: {}, finish_reason: finishReason }], ...more }]
  for (const chunk of chunks) reader.read({ type: '', data: JSON.stringify(chunk) }, parts)
  return { reader, parts: parts.filter(({ type }) => type !== 'started') }
}
const call = (fields: object, name?: string, given = '') => ({ tool_calls: [{ ...fields, function: { name, arguments: given } }] })

t.test('C13 calls that are written in turns are kept apart by their index', async (t) => {
  const { parts } = readDeltas([
    call({ index: 3, id: 'a' }, 'weather'),
    call({ index: 7, id: 'b' }, 'time', '{'),
    call({ index: 3 }, undefined, '{"city"'),
    call({ index: 7 }, undefined, '}'),
  ])
  t.same(parts, [
    { type: 'tool_call', index: 0, id: 'a', name: 'weather', arguments: '' },
    { type: 'tool_call', index: 1, id: 'b', name: 'time', arguments: '{' },
    { type: 'tool_call', index: 0, arguments: '{"city"' },
    { type: 'tool_call', index: 1, arguments: '}' },
  ])
})

t.test('C1 endpoints without an index, an id or an end of their own for calls are understood', async (t) => {
  const { reader, parts } = readDeltas([call({ id: 'a' }, 'weather', '{'), call({}, undefined, '}'), call({ id: 'b' }, 'time', '{}')])
  t.same(parts, [
    { type: 'tool_call', index: 0, id: 'a', name: 'weather', arguments: '{' },
    { type: 'tool_call', index: 0, arguments: '}' },
    { type: 'tool_call', index: 1, id: 'b', name: 'time', arguments: '{}' },
  ])
  t.equal(reader.finishReason, 'tool_calls')
  t.match(readDeltas([call({ index: 0 }, 'time')]).parts, [{ id: 'call_0', name: 'time' }])
  t.throws(() => readDeltas([call({ index: 0, id: 'a' })]), { code: 'malformed' })
})

t.test('C1 figures are found where endpoints put them, and thinking is a sign of life', async (t) => {
  const usage = { prompt_tokens: 5, completion_tokens: 2 }
  for (const more of [{ usage }, { x_groq: { usage } }])
    t.match(readDeltas([], 'stop', more).parts, [{ type: 'usage', usage: { inputTokens: 5, outputTokens: 2 } }])
  for (const delta of [{ reasoning_content: 'Hm' }, { reasoning: 'Hm' }]) t.same(readDeltas([delta]).parts, [{ type: 'progress' }])
  t.equal(readDeltas([], 'eos').reader.finishReason, 'stop')
  t.throws(() => readDeltas([], 'error'), { code: 'malformed' })
})
