import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import { CohereClientV2 } from 'cohere-ai'
import OpenAI from 'openai'
import t, { type Test } from 'tap'
import type { Fault } from './answer-source.ts'
import { type ProviderSimulator, startProviderSimulator } from './provider-simulator.ts'
import { scriptedAnswers } from './scripted-answers.ts'
import { seededText } from './seeded-text.ts'
import { countTokens, splitTokens } from './tokens.ts'

const PROMPT = 'Tell me about rivers [[tokens=30 seed=5]]'
const TEXT = seededText(30, 5)

interface World {
  simulator: ProviderSimulator
  openai: OpenAI
  anthropic: Anthropic
  gemini: GoogleGenAI
  cohere: CohereClientV2
}

async function world(test: Test): Promise<World> {
  const simulator = await startProviderSimulator({ answer: scriptedAnswers() })
  test.teardown(() => simulator.close())
  return {
    simulator,
    openai: new OpenAI({ apiKey: 'test', baseURL: simulator.openaiUrl, maxRetries: 0 }),
    anthropic: new Anthropic({ apiKey: 'test', baseURL: simulator.anthropicUrl, maxRetries: 0 }),
    gemini: new GoogleGenAI({ apiKey: 'test', apiVersion: 'v1beta', vertexai: false, httpOptions: { baseUrl: simulator.geminiUrl } }),
    cohere: new CohereClientV2({ token: 'test', baseUrl: simulator.cohereUrl, maxRetries: 0, timeoutInSeconds: 5 }),
  }
}

/** What a reader of the stream saw, and how it ended. */
interface Seen {
  text: string
  finish?: string | null
  usage?: { input: number; output: number }
  error?: unknown
}

async function askOpenai({ openai }: World, prompt = PROMPT): Promise<Seen> {
  const seen: Seen = { text: '' }
  try {
    const stream = await openai.chat.completions.create({
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: prompt }],
      stream: true,
      stream_options: { include_usage: true },
    })
    for await (const { choices, usage } of stream) {
      seen.text += choices[0]?.delta.content ?? ''
      seen.finish = choices[0]?.finish_reason ?? seen.finish
      if (usage) seen.usage = { input: usage.prompt_tokens, output: usage.completion_tokens }
    }
  } catch (error) {
    seen.error = error
  }
  return seen
}

async function askAnthropic({ anthropic }: World, prompt = PROMPT): Promise<Seen> {
  const seen: Seen = { text: '' }
  try {
    const stream = await anthropic.messages.create({
      model: 'claude-haiku',
      max_tokens: 1000,
      messages: [{ role: 'user', content: prompt }],
      stream: true,
    })
    let input = 0
    for await (const event of stream) {
      if (event.type === 'message_start') input = event.message.usage.input_tokens
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') seen.text += event.delta.text
      if (event.type === 'message_delta') {
        seen.finish = event.delta.stop_reason
        seen.usage = { input, output: event.usage.output_tokens }
      }
    }
  } catch (error) {
    seen.error = error
  }
  return seen
}

async function askGemini({ gemini }: World, prompt = PROMPT): Promise<Seen> {
  const seen: Seen = { text: '' }
  try {
    const stream = await gemini.models.generateContentStream({ model: 'gemini-flash', contents: prompt })
    for await (const { candidates, usageMetadata } of stream) {
      seen.text += candidates?.[0]?.content?.parts?.map(({ text }) => text).join('') ?? ''
      seen.finish = candidates?.[0]?.finishReason ?? seen.finish
      seen.usage = { input: usageMetadata?.promptTokenCount ?? -1, output: usageMetadata?.candidatesTokenCount ?? -1 }
    }
  } catch (error) {
    seen.error = error
  }
  return seen
}

async function askCohere({ cohere }: World, prompt = PROMPT): Promise<Seen> {
  const seen: Seen = { text: '' }
  try {
    const stream = await cohere.chatStream({ model: 'command', messages: [{ role: 'user', content: prompt }] })
    for await (const event of stream) {
      if (event.type === 'content-delta') seen.text += event.delta?.message?.content?.text ?? ''
      if (event.type !== 'message-end') continue
      seen.finish = event.delta?.finishReason
      const { inputTokens = -1, outputTokens = -1 } = event.delta?.usage?.billedUnits ?? {}
      seen.usage = { input: inputTokens, output: outputTokens }
    }
  } catch (error) {
    seen.error = error
  }
  return seen
}

const vendors = { openai: askOpenai, anthropic: askAnthropic }
const statusOf = (seen: Seen) =>
  seen.error instanceof OpenAI.APIError || seen.error instanceof Anthropic.APIError ? seen.error.status : undefined

t.test('a stream read by the official SDKs carries the text, its end and the counted tokens', async (t) => {
  const its = await world(t)
  const expected = { text: TEXT, usage: { input: countTokens(PROMPT) + 4, output: 30 } }
  t.same(await askOpenai(its), { ...expected, finish: 'stop' })
  t.same(await askAnthropic(its), { ...expected, finish: 'end_turn' })
  t.same(await askGemini(its), { ...expected, finish: 'STOP' })
  t.same(await askCohere(its), { ...expected, finish: 'COMPLETE' })
  t.same(
    its.simulator.requests().map(({ provider, outcome, outputTokens, stream }) => ({ provider, outcome, outputTokens, stream })),
    [
      { provider: 'openai', outcome: 'completed', outputTokens: 30, stream: true },
      { provider: 'anthropic', outcome: 'completed', outputTokens: 30, stream: true },
      { provider: 'gemini', outcome: 'completed', outputTokens: 30, stream: true },
      { provider: 'cohere', outcome: 'completed', outputTokens: 30, stream: true },
    ],
  )
})

t.test('usage comes in an OpenAI stream only when asked for', async (t) => {
  const { openai } = await world(t)
  const stream = await openai.chat.completions.create({ model: 'm', messages: [{ role: 'user', content: PROMPT }], stream: true })
  for await (const chunk of stream) t.notOk('usage' in chunk)
})

t.test('a whole answer, cut by the token limit or a stop sequence, says so', async (t) => {
  const { openai, anthropic } = await world(t)
  const messages = [{ role: 'user' as const, content: PROMPT }]
  const full = await openai.chat.completions.create({ model: 'm', messages })
  t.match(full, {
    object: 'chat.completion',
    choices: [{ message: { content: TEXT }, finish_reason: 'stop' }],
    usage: { completion_tokens: 30 },
  })
  const short = await openai.chat.completions.create({ model: 'm', messages, max_completion_tokens: 7 })
  t.match(short, { choices: [{ finish_reason: 'length' }], usage: { completion_tokens: 7 } })
  t.ok(TEXT.startsWith(short.choices[0]?.message.content ?? 'nothing'))
  const limited = await anthropic.messages.create({ model: 'm', max_tokens: 7, messages })
  t.match(limited, { stop_reason: 'max_tokens', usage: { output_tokens: 7 }, content: [{ type: 'text' }] })
  const stopped = await anthropic.messages.create({ model: 'm', max_tokens: 700, messages, stop_sequences: ['.'] })
  t.match(stopped, { stop_reason: 'stop_sequence', stop_sequence: '.', content: [{ text: TEXT.slice(0, TEXT.indexOf('.')) }] })
})

t.test('a trailing assistant message is continued after its last character', async (t) => {
  const { openai, anthropic } = await world(t)
  const shown = TEXT.slice(0, 41)
  const messages = [
    { role: 'user' as const, content: PROMPT },
    { role: 'assistant' as const, content: shown },
  ]
  const fromOpenai = await openai.chat.completions.create({ model: 'm', messages })
  t.equal(shown + fromOpenai.choices[0]?.message.content, TEXT)
  const fromAnthropic = await anthropic.messages.create({ model: 'm', max_tokens: 500, messages })
  t.match(fromAnthropic.content, [{ text: TEXT.slice(41) }])
})

for (const [vendor, ask] of Object.entries(vendors)) {
  t.test(`${vendor}: 429 tells when to try again`, async (t) => {
    const its = await world(t)
    its.simulator.faults.add({ kind: 'rate_limited', retryAfterS: 7 })
    const { error } = await ask(its)
    t.ok(error instanceof OpenAI.RateLimitError || error instanceof Anthropic.RateLimitError)
    t.match(error, { status: 429 })
    t.equal((error as { headers: Headers }).headers.get('retry-after'), '7')
    t.equal((await ask(its)).text, TEXT, 'the fault is used up')
  })

  t.test(`${vendor}: a server error has the vendor's shape`, async (t) => {
    const its = await world(t)
    its.simulator.faults.add({ kind: 'status', status: 500 })
    const seen = await ask(its)
    t.equal(statusOf(seen), 500)
    t.match(seen.error, vendor === 'openai' ? { type: 'server_error' } : { error: { error: { type: 'api_error' } } })
  })

  t.test(`${vendor}: a reset before the first token is a connection error`, async (t) => {
    const its = await world(t)
    its.simulator.faults.add({ kind: 'reset' })
    const { error, text } = await ask(its)
    t.ok(error instanceof OpenAI.APIConnectionError || error instanceof Anthropic.APIConnectionError)
    t.equal(text, '')
  })

  const broken: Record<string, Fault> = {
    'a reset after tokens': { kind: 'reset', afterTokens: 5 },
    'a malformed event': { kind: 'malformed', afterTokens: 5 },
    'an error event': { kind: 'error_event', afterTokens: 5 },
  }
  for (const [name, fault] of Object.entries(broken)) {
    t.test(`${vendor}: ${name} keeps what was sent and fails the stream`, async (t) => {
      const its = await world(t)
      its.simulator.faults.add(fault)
      const seen = await ask(its)
      t.equal(countTokens(seen.text), 5)
      t.ok(TEXT.startsWith(seen.text))
      t.ok(seen.error)
      t.equal(its.simulator.requests()[0]?.outcome, fault.kind)
    })
  }

  t.test(`${vendor}: a truncated stream ends without a finish reason and without usage`, async (t) => {
    const its = await world(t)
    its.simulator.faults.add({ kind: 'truncate', afterTokens: 5 })
    const seen = await ask(its)
    t.equal(countTokens(seen.text), 5)
    t.notOk(seen.finish ?? seen.usage)
  })

  t.test(`${vendor}: a stall lasts until the reader gives up`, async (t) => {
    const its = await world(t)
    its.simulator.faults.add({ kind: 'stall', afterTokens: 5 })
    const path = vendor === 'openai' ? '/v1/chat/completions' : '/v1/messages'
    const gaveUp = new AbortController()
    const response = await fetch(its.simulator.url + path, {
      method: 'POST',
      headers: { authorization: 'Bearer test', 'anthropic-version': '2023-06-01' },
      body: JSON.stringify({ model: 'm', stream: true, max_tokens: 99, messages: [{ role: 'user', content: PROMPT }] }),
      signal: gaveUp.signal,
    })
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let seen = ''
    while (!seen.includes(JSON.stringify(splitTokens(TEXT)[4]))) seen += (await reader?.read())?.value ?? ''
    t.equal(its.simulator.requests()[0]?.outcome, 'running')
    gaveUp.abort()
    await t.rejects(async () => void (await reader?.read()), { name: 'AbortError' })
    t.match(await its.simulator.waitForRequest(({ outcome }) => outcome !== 'running'), { outcome: 'stall', outputTokens: 5 })
  })

  t.test(`${vendor}: a slow first token comes late, and the whole answer behind it`, async (t) => {
    const its = await world(t)
    its.simulator.faults.add({ kind: 'slow_first_token', delayMs: 120 })
    const startedAt = performance.now()
    t.equal((await ask(its)).text, TEXT)
    const tookMs = performance.now() - startedAt
    t.ok(tookMs >= 118, `${tookMs} ms`)
  })
}

t.test('a stream keeps its pace', async (t) => {
  const its = await world(t)
  const startedAt = performance.now()
  const seen = await askOpenai(its, 'slowly [[tokens=31 seed=5 tps=150]]')
  const tookMs = performance.now() - startedAt
  t.equal(seen.text, seededText(31, 5))
  t.ok(tookMs >= 198, `30 gaps at 150 tokens a second took ${tookMs} ms`)
})

t.test('a reader that goes away stops the answer', async (t) => {
  const { simulator, openai } = await world(t)
  const stream = await openai.chat.completions.create({
    model: 'm',
    messages: [{ role: 'user', content: '[[tokens=5000 tps=50]]' }],
    stream: true,
  })
  for await (const _chunk of stream) break
  const request = await simulator.waitForRequest(({ outcome }) => outcome !== 'running')
  t.equal(request.outcome, 'aborted')
  t.ok(request.outputTokens < 5000)
})

t.test('what a vendor would refuse is refused', async (t) => {
  const { simulator, anthropic } = await world(t)
  const post = (path: string, body: unknown, headers: Record<string, string>) =>
    fetch(simulator.url + path, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) })
  const messages = [{ role: 'user' as const, content: 'hi' }]
  t.equal((await post('/v1/chat/completions', { model: 'm', messages }, {})).status, 401)
  t.equal((await post('/v1/chat/completions', '{"model":', { authorization: 'Bearer k' })).status, 400)
  t.equal((await post('/v1/chat/completions', { model: 'm' }, { authorization: 'Bearer k' })).status, 400)
  t.equal((await post('/v1/messages', { model: 'm', messages, max_tokens: 5 }, { 'x-api-key': 'k' })).status, 400)
  await t.rejects(
    anthropic.messages.create({ model: 'm', max_tokens: 5, messages: [...messages, { role: 'assistant', content: 'Well ' }] }),
    { status: 400, message: /trailing whitespace/ },
  )
})

t.test('a simulator in another process is steered over HTTP', async (t) => {
  const its = await world(t)
  const control = (method: string, path: string, body?: unknown) =>
    fetch(`${its.simulator.url}/__simulator${path}`, { method, body: body === undefined ? undefined : JSON.stringify(body) })
  t.equal((await control('POST', '/faults', { fault: { kind: 'status', status: 503 }, times: -1, provider: 'openai' })).status, 204)
  t.equal(statusOf(await askOpenai(its)), 503)
  t.equal(statusOf(await askOpenai(its)), 503)
  t.equal((await askAnthropic(its)).text, TEXT, 'the other vendor is not touched')
  await control('DELETE', '/faults')
  t.equal((await askOpenai(its)).text, TEXT)
  t.match(await (await control('GET', '/requests')).json(), { items: [{ provider: 'openai', outcome: 'status' }, {}, {}, {}] })
  t.equal((await control('POST', '/faults', { fault: { kind: 'stal' } })).status, 400, 'a fault that is none would break nothing')
  t.equal((await control('POST', '/faults', {})).status, 400)
})

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

t.test('the rest of what a vendor offers is there too', async (t) => {
  const { openai } = await world(t)
  t.ok((await openai.models.list()).data.length > 0)
  const moderation = await openai.moderations.create({ input: 'hello' })
  t.equal(moderation.results[0]?.flagged, false)
})

t.test('closing lets running answers finish within the drain time', async (t) => {
  const its = await world(t)
  const asking = askOpenai(its, '[[tokens=20 seed=5 tps=100]]')
  await its.simulator.waitForRequest(({ outcome }) => outcome === 'running')
  await its.simulator.close({ drainMs: 5000 })
  t.match(await asking, { text: seededText(20, 5), finish: 'stop' })
})
