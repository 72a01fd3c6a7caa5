import t from 'tap'
import { seededText } from '../src/providers/seeded-text.ts'
import { countTokens } from '../src/providers/tokens.ts'
import { askAnthropic, askCohere, askGemini, askOpenai, PROMPT, TEXT, world } from './sdk-readers.ts'

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
