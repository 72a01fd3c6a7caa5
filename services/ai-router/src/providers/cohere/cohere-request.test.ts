import t from 'tap'
import { GREETING as request } from '../conformance/requests.ts'
import { cohereRequest } from './cohere-request.ts'

const schema = { type: 'object', properties: { city: { type: 'string' } } }

t.test('C13 sampling is passed through, in Cohere’s ranges', async (t) => {
  t.match(cohereRequest({ ...request, sampling: { temperature: 1.6, topP: 1, seed: 7, stop: ['END'] } }), {
    temperature: 1,
    p: 0.99,
    seed: 7,
    stopSequences: ['END'],
  })
  t.match(cohereRequest({ ...request, responseFormat: { type: 'json_schema', name: 'place', schema } }), {
    responseFormat: { type: 'json_object', jsonSchema: schema },
  })
})

t.test('C13 tools are passed through; the one that must be called is the only one there is', async (t) => {
  const definitions = [{ name: 'weather', description: 'Tells it', parameters: schema, isStrict: true }, { name: 'time' }]
  const auto = cohereRequest({ ...request, tools: { definitions, choice: 'auto' } })
  t.match(auto, {
    tools: [{ function: { name: 'weather', parameters: schema } }, { function: { name: 'time', parameters: { type: 'object' } } }],
  })
  t.notOk('toolChoice' in auto || 'strictTools' in auto)
  const named = cohereRequest({ ...request, tools: { definitions, choice: { name: 'weather' } } })
  t.match(named, { toolChoice: 'REQUIRED', strictTools: true })
  t.equal(named.tools?.length, 1)
  t.match(cohereRequest({ ...request, tools: { definitions, choice: 'none' } }), { toolChoice: 'NONE' })
})

t.test('C5 a call of another vendor’s model keeps one id for itself and its result, in letters every vendor takes', async (t) => {
  const id = `fc_1~${'c2lnbmF0dXJl'.repeat(40)}`
  const { messages } = cohereRequest({
    ...request,
    messages: [
      { role: 'assistant', text: '', toolCalls: [{ id, name: 'time', arguments: '{}' }] },
      { role: 'tool', text: 'Noon', toolCallId: id },
    ],
  })
  const [asked, answered] = messages
  if (asked?.role !== 'assistant' || answered?.role !== 'tool') return t.fail('the roles are kept')
  t.match(answered.toolCallId, /^[\w-]{1,40}$/)
  t.equal(asked.toolCalls?.[0]?.id, answered.toolCallId)
})
