import t from 'tap'
import type { ProviderRequest } from '../provider.ts'
import { geminiRequest } from './gemini-request.ts'

const request: ProviderRequest = {
  model: 'gemini-3.1-flash-lite',
  system: 'Answer.',
  messages: [{ role: 'user', text: 'Hello' }],
  prefill: '',
  acceptsPrefill: true,
  maxOutputTokens: 10,
}
const schema = { type: 'object', properties: { city: { type: 'string' } } }

t.test('C13 tools, sampling and the response format are passed through', async (t) => {
  t.match(
    geminiRequest({
      ...request,
      sampling: { temperature: 0, topP: 0.5, seed: 7, stop: ['END'] },
      tools: { definitions: [{ name: 'weather', description: 'Tells it', parameters: schema }], choice: { name: 'weather' } },
      responseFormat: { type: 'json_schema', name: 'place', schema },
    }).config,
    {
      systemInstruction: 'Answer.',
      maxOutputTokens: 10,
      temperature: 0,
      topP: 0.5,
      seed: 7,
      stopSequences: ['END'],
      tools: [{ functionDeclarations: [{ name: 'weather', description: 'Tells it', parametersJsonSchema: schema }] }],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['weather'] } },
      responseMimeType: 'application/json',
      responseJsonSchema: schema,
    },
  )
  const modeOf = (choice: 'auto' | 'none') =>
    geminiRequest({ ...request, tools: { definitions: [{ name: 'time' }], choice } }).config.toolConfig?.functionCallingConfig
  t.same(modeOf('auto'), { mode: 'AUTO' })
  t.same(modeOf('none'), { mode: 'NONE' })
})

t.test('C13 images, calls with what Gemini thought, and all results of one answer stand where Gemini wants them', async (t) => {
  const toolCalls = [
    { id: 'fc_1~c2lnbmF0dXJl', name: 'weather', arguments: '{"city":"Bonn"}' },
    { id: 'fc_2', name: 'time', arguments: '' },
  ]
  t.same(
    geminiRequest({
      ...request,
      messages: [
        { role: 'user', text: 'What is it?', images: [{ url: 'data:image/png;base64,AAAA' }, { url: 'https://example.com/a.png' }] },
        { role: 'assistant', text: 'I look.', toolCalls },
        { role: 'tool', text: 'Sunny', toolCallId: 'fc_1~c2lnbmF0dXJl' },
        { role: 'tool', text: 'Noon', toolCallId: 'fc_2' },
      ],
    }).contents,
    [
      {
        role: 'user',
        parts: [
          { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
          { fileData: { fileUri: 'https://example.com/a.png' } },
          { text: 'What is it?' },
        ],
      },
      {
        role: 'model',
        parts: [
          { text: 'I look.' },
          { functionCall: { id: 'fc_1', name: 'weather', args: { city: 'Bonn' } }, thoughtSignature: 'c2lnbmF0dXJl' },
          { functionCall: { id: 'fc_2', name: 'time', args: {} } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: 'fc_1', name: 'weather', response: { output: 'Sunny' } } },
          { functionResponse: { id: 'fc_2', name: 'time', response: { output: 'Noon' } } },
        ],
      },
    ],
  )
})

t.test('C5 a call that another vendor’s model made is no obstacle for the models that ask for signatures', async (t) => {
  const toolCalls = [{ id: 'toolu_1', name: 'time', arguments: '{}' }]
  const partOf = (model: string) => geminiRequest({ ...request, model, messages: [{ role: 'assistant', text: '', toolCalls }] }).contents
  t.match(partOf('gemini-3.8-flash'), [{ parts: [{ thoughtSignature: 'skip_thought_signature_validator' }] }])
  t.notMatch(JSON.stringify(partOf('gemini-2.5-flash')), 'thoughtSignature')
})

t.test('C5 a model that does not continue its own text is asked to go on', async (t) => {
  const begun = { ...request, prefill: 'One, two ' }
  t.match(geminiRequest(begun).contents, [{ role: 'user' }, { role: 'model', parts: [{ text: 'One, two' }] }])
  t.match(geminiRequest({ ...begun, acceptsPrefill: false }).contents, [{ role: 'user' }, { role: 'model' }, { role: 'user' }])
})
