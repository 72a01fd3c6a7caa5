import t from 'tap'
import { seededText } from '../src/providers/seeded-text.ts'
import { world } from './sdk-readers.ts'

t.test('C13 tools that are offered are called on every wire, whole and streaming, and the text follows their results', async (t) => {
  const { openai, anthropic, gemini, cohere } = await world(t)
  const prompt = 'The weather? [[call=get_weather tokens=3 seed=1]]'
  const parameters = { type: 'object' as const, properties: {} }
  const tools = [{ type: 'function' as const, function: { name: 'get_weather', parameters } }]
  const asked = [{ role: 'user' as const, content: prompt }]

  const fromOpenai = await openai.chat.completions.create({ model: 'm', messages: asked, tools })
  const call = fromOpenai.choices[0]?.message.tool_calls?.[0]
  t.match(fromOpenai.choices[0], {
    finish_reason: 'tool_calls',
    message: { content: null, tool_calls: [{ function: { name: 'get_weather', arguments: '{}' } }] },
  })
  const answered = await openai.chat.completions.create({
    model: 'm',
    tools,
    messages: [
      ...asked,
      { role: 'assistant', content: null, tool_calls: call && [call] },
      { role: 'tool', tool_call_id: call?.id ?? '', content: 'Sunny' },
    ],
  })
  t.match(answered.choices[0], { finish_reason: 'stop', message: { content: seededText(3, 1) } })
  t.notOk((await openai.chat.completions.create({ model: 'm', messages: asked })).choices[0]?.message.tool_calls, 'unless they are offered')
  const streamed = await openai.chat.completions.stream({ model: 'm', messages: asked, tools }).finalChatCompletion()
  t.match(streamed.choices[0], { finish_reason: 'tool_calls', message: { tool_calls: [{ function: { name: 'get_weather' } }] } })

  const anthropicTools = [{ name: 'get_weather', input_schema: parameters }]
  const fromAnthropic = await anthropic.messages
    .stream({ model: 'm', max_tokens: 99, messages: asked, tools: anthropicTools })
    .finalMessage()
  t.match(fromAnthropic, { stop_reason: 'tool_use', content: [{ type: 'text' }, { type: 'tool_use', name: 'get_weather', input: {} }] })

  const config = { tools: [{ functionDeclarations: [{ name: 'get_weather' }] }] }
  const fromGemini = await gemini.models.generateContent({ model: 'm', contents: prompt, config })
  t.match(fromGemini.functionCalls, [{ name: 'get_weather', args: {} }])

  const fromCohere = await cohere.chat({ model: 'm', messages: asked, tools })
  t.match(fromCohere, { finishReason: 'TOOL_CALL', message: { toolCalls: [{ function: { name: 'get_weather', arguments: '{}' } }] } })
})

t.test('C12 embeddings: the same text gives the same vector everywhere, and what shares words lies close', async (t) => {
  const { simulator, openai, gemini, cohere } = await world(t)
  const input = ['rivers run to the sea', 'a river runs to the sea', 'invoices are paid monthly']
  const { data, usage } = await openai.embeddings.create({ model: 'm', input, dimensions: 64 })
  const [first = [], second = [], third = []] = data.map(({ embedding }) => embedding)
  t.equal(first.length, 64)
  t.ok(usage.prompt_tokens > 0)
  const nearness = (one: number[], other: number[]) => one.reduce((sum, figure, at) => sum + figure * (other[at] ?? 0), 0)
  t.ok(nearness(first, second) > 0.5 && nearness(first, third) < 0.3)

  const fromGemini = await gemini.models.embedContent({ model: 'm', contents: input, config: { outputDimensionality: 64 } })
  const fromCohere = await cohere.embed({
    model: 'm',
    texts: input,
    inputType: 'search_document',
    embeddingTypes: ['float'],
    outputDimension: 64,
  })
  t.same(
    fromCohere.embeddings.float,
    fromGemini.embeddings?.map(({ values }) => values),
  )
  t.ok(
    first.every((figure, at) => Math.abs(figure - (fromCohere.embeddings.float?.[0]?.[at] ?? 9)) < 1e-6),
    '32-bit floats by the SDK’s base64',
  )

  for (const wrong of [{ input: ['x', ''] }, { input: [] }, { input: 'x', dimensions: 0 }, { input: 'x', dimensions: 1e9 }]) {
    await t.rejects(openai.embeddings.create({ model: 'm', ...wrong }), { message: /^400/ }, JSON.stringify(wrong))
  }

  simulator.faults.add({ kind: 'rate_limited' }, { provider: 'openai' })
  await openai.embeddings.create({ model: 'm', input: 'x' })
  simulator.faults.add({ kind: 'status', status: 503 }, { provider: 'openai', task: 'embedding' })
  await t.rejects(openai.embeddings.create({ model: 'm', input: 'x' }), /503/)
})
