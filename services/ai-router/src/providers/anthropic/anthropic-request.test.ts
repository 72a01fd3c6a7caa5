import t from 'tap'
import { GREETING } from '../conformance/requests.ts'
import { anthropicBody } from './anthropic-request.ts'

const request = { ...GREETING, model: 'claude-haiku-4-5' }
const schema = { type: 'object', properties: { city: { type: 'string' } } }

t.test('C13 tools and the choice among them are passed through', async (t) => {
  const definitions = [{ name: 'weather', description: 'Tells it', parameters: schema, isStrict: true }, { name: 'time' }]
  t.match(anthropicBody({ ...request, tools: { definitions, choice: 'required', mayCallSeveral: false } }), {
    tools: [
      { name: 'weather', description: 'Tells it', input_schema: schema, strict: true },
      { name: 'time', input_schema: { type: 'object' } },
    ],
    tool_choice: { type: 'any', disable_parallel_tool_use: true },
  })
  t.same(anthropicBody({ ...request, tools: { definitions, choice: 'none', mayCallSeveral: false } }).tool_choice, { type: 'none' })
  t.same(anthropicBody({ ...request, tools: { definitions, choice: { name: 'time' } } }).tool_choice, { type: 'tool', name: 'time' })
})

t.test('C13 images, calls and all results of one answer stand where Anthropic wants them', async (t) => {
  const toolCalls = [
    { id: 'a', name: 'weather', arguments: '{"city":"Bonn"}' },
    { id: 'b', name: 'time', arguments: '' },
  ]
  const { messages } = anthropicBody({
    ...request,
    messages: [
      { role: 'user', text: 'What is it?', images: [{ url: 'data:image/png;base64,AAAA' }, { url: 'https://example.com/a.png' }] },
      { role: 'assistant', text: 'I look.', toolCalls },
      { role: 'tool', text: 'Sunny', toolCallId: 'a' },
      { role: 'tool', text: 'Noon', toolCallId: 'b' },
    ],
  })
  t.same(messages, [
    {
      role: 'user',
      content: [
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
        { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
        { type: 'text', text: 'What is it?' },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'I look.' },
        { type: 'tool_use', id: 'a', name: 'weather', input: { city: 'Bonn' } },
        { type: 'tool_use', id: 'b', name: 'time', input: {} },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'a', content: 'Sunny' },
        { type: 'tool_result', tool_use_id: 'b', content: 'Noon' },
      ],
    },
  ])
})

t.test('sampling goes to the models that take it, in their range', async (t) => {
  const sampling = { temperature: 1.6, topP: 0.5, seed: 7, stop: ['END'] }
  const haiku = anthropicBody({ ...request, sampling })
  t.match(haiku, { temperature: 1, stop_sequences: ['END'] })
  t.notOk('top_p' in haiku || 'seed' in haiku)
  t.match(anthropicBody({ ...request, sampling: { topP: 0.5 } }), { top_p: 0.5 })
  for (const model of ['claude-sonnet-5', 'claude-opus-4-7', 'claude-opus-5-20261101']) {
    const body = anthropicBody({ ...request, model, sampling })
    t.notOk('temperature' in body || 'top_p' in body, model)
    t.match(body, { stop_sequences: ['END'] })
  }
  for (const model of ['claude-sonnet-4-6', 'claude-opus-4-20250514', 'claude-3-5-haiku-latest'])
    t.ok('temperature' in anthropicBody({ ...request, model, sampling }), model)
})

t.test('what Anthropic has no words for is refused before it is sent', async (t) => {
  t.match(anthropicBody({ ...request, responseFormat: { type: 'json_schema', name: 'place', schema } }), {
    output_config: { format: { type: 'json_schema', schema } },
  })
  t.throws(() => anthropicBody({ ...request, responseFormat: { type: 'json_object' } }), { code: 'invalid' })
  t.throws(
    () => anthropicBody({ ...request, messages: [{ role: 'assistant', text: '', toolCalls: [{ id: 'a', name: 'b', arguments: '[1' }] }] }),
    { code: 'invalid' },
  )
  t.throws(() => anthropicBody({ ...request, messages: [{ role: 'user', text: '', images: [{ url: 'file:///etc/passwd' }] }] }), {
    code: 'invalid',
  })
})
