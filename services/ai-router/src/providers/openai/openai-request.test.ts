import t from 'tap'
import { GREETING as request } from '../conformance/requests.ts'
import { dialectOf } from './openai-dialects.ts'
import { openaiBody } from './openai-request.ts'

const schema = { type: 'object', properties: { city: { type: 'string' } } }

t.test('what the caller did not choose is not sent', async (t) => {
  t.same(openaiBody(request), {
    model: 'm',
    messages: [{ role: 'user', content: 'Hello' }],
    max_completion_tokens: 10,
    stream: true,
    stream_options: { include_usage: true },
  })
})

t.test('C13 tools, sampling and the response format are passed through', async (t) => {
  t.match(
    openaiBody({
      ...request,
      sampling: { temperature: 0, topP: 0.5, seed: 7, stop: ['END'] },
      tools: {
        definitions: [{ name: 'weather', description: 'Tells it', parameters: schema, isStrict: true }, { name: 'time' }],
        choice: { name: 'weather' },
        mayCallSeveral: false,
      },
      responseFormat: { type: 'json_schema', name: 'place', schema, isStrict: true },
    }),
    {
      temperature: 0,
      top_p: 0.5,
      seed: 7,
      stop: ['END'],
      tools: [
        { type: 'function', function: { name: 'weather', description: 'Tells it', parameters: schema, strict: true } },
        { type: 'function', function: { name: 'time' } },
      ],
      tool_choice: { type: 'function', function: { name: 'weather' } },
      parallel_tool_calls: false,
      response_format: { type: 'json_schema', json_schema: { name: 'place', schema, strict: true } },
    },
  )
  t.match(openaiBody({ ...request, responseFormat: { type: 'json_object' } }), { response_format: { type: 'json_object' } })
  t.notOk('tool_choice' in openaiBody({ ...request, tools: { definitions: [], choice: 'none' } }), 'a choice among no tools is refused')
})

t.test('C13 images, tool calls and their results keep their places in the conversation', async (t) => {
  const toolCalls = [{ id: 'call_1', name: 'weather', arguments: '{"city":' }]
  const { messages } = openaiBody({
    ...request,
    messages: [
      { role: 'user', text: 'What is it?', images: [{ url: 'data:image/png;base64,AAAA' }, { url: 'https://example.com/a.png' }] },
      { role: 'assistant', text: '', toolCalls },
      { role: 'tool', text: 'Sunny', toolCallId: 'call_1' },
    ],
  })
  t.same(messages, [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is it?' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
      ],
    },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":' } }],
    },
    { role: 'tool', tool_call_id: 'call_1', content: 'Sunny' },
  ])
})

t.test('C1 endpoints that know other words than OpenAI are spoken to in theirs', async (t) => {
  const tools = { definitions: [{ name: 'time' }], choice: 'auto', mayCallSeveral: true } as const
  const bodyFor = (baseUrl: string) => openaiBody({ ...request, sampling: { seed: 7 }, tools }, dialectOf(baseUrl))
  const local = bodyFor('http://127.0.0.1:11434/v1')
  t.match(local, { max_tokens: 10, stream_options: { include_usage: true }, seed: 7 })
  t.notOk('max_completion_tokens' in local)
  t.match(bodyFor('https://eu.api.openai.com/v1'), { max_completion_tokens: 10 })
  const mistral = bodyFor('https://api.mistral.ai/v1')
  t.match(mistral, { max_tokens: 10, random_seed: 7 })
  t.notOk('stream_options' in mistral || 'seed' in mistral)
  t.notOk('parallel_tool_calls' in bodyFor('https://api.perplexity.ai'))
})
