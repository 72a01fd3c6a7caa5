import t from 'tap'
import { needsOf } from './needs-of.ts'

type Wish = Parameters<typeof needsOf>[0]

const needs = (wish: Partial<Wish>) =>
  needsOf({ system: '', messages: [{ role: 'user', text: 'Hello' }], prefill: '', maxOutputTokens: 0, ...wish })

t.test('C10 the length is that of everything the model is shown, and room for what it may write', async (t) => {
  const messages = [{ role: 'user' as const, text: 'x'.repeat(400) }]
  t.equal(needs({ messages }).tokens, 100)
  t.equal(needs({ messages, system: 'y'.repeat(40), prefill: 'z'.repeat(20), maxOutputTokens: 1_000 }).tokens, 1_115)
})

t.test('C10 pictures, tools and a JSON schema need a model that takes them', async (t) => {
  t.match(needs({}), { tools: false, images: false, jsonSchema: false })
  t.match(needs({ messages: [{ role: 'user', text: '', images: [{ url: 'data:image/png;base64,AA==' }] }] }), { images: true })
  t.match(needs({ tools: { definitions: [{ name: 'weather' }], choice: 'auto' } }), { tools: true })
  const toolCalls = [{ id: '1', name: 'weather', arguments: '{}' }]
  t.match(needs({ messages: [{ role: 'assistant', text: '', toolCalls }] }), { tools: true }, 'also of earlier')
  t.match(needs({ messages: [{ role: 'tool', text: 'sunny', toolCallId: '1' }] }), { tools: true })
  t.match(needs({ responseFormat: { type: 'json_schema', name: 'x', schema: {} } }), { jsonSchema: true })
  t.match(needs({ responseFormat: { type: 'json_object' } }), { jsonSchema: false })
})
