import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import OpenAI from 'openai'
import type { t } from 'tap'
import { type Client, signUp } from './client.ts'
import { usageOf } from './counts.spec.ts'
import { eventually, type World } from './world.ts'

const run = promisify(execFile)

async function createKey(person: Client, scopes = ['chat', 'embeddings', 'models']): Promise<{ id: string; key: string }> {
  const answer = await person.request('POST', '/api/v1/me/api-keys', { body: { name: 'a program', scopes } })
  if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as { id: string; key: string }
}

const openAi = (world: World, apiKey: string) => new OpenAI({ baseURL: `${world.url}/v1`, apiKey, maxRetries: 0 })
const user = (content: string) => [{ role: 'user' as const, content }]
const caught = (work: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(work).then(
    () => undefined,
    (error: unknown) => error,
  )

/** Messages taken from the day's quota. */
const usedToday = async (person: Client): Promise<number> =>
  ((await (await person.request('GET', '/api/v1/usage/limits')).json()) as { day: { used: number } }).day.used

/** C13 and A7, with nothing of ours between the clients and the gateway. */
export function openAiApi(test: typeof t, world: () => World): void {
  test.test(
    'C13 B-1 the official SDK works unchanged: models, an answer, a stream; each call is one message and charged once',
    async (t) => {
      const ada = await signUp(world(), 'Program')
      const client = openAi(world(), (await createKey(ada)).key)
      t.ok((await client.models.list()).data.some(({ id }) => id === 'auto'))

      const question = { model: 'auto', messages: user('[[tokens=25 seed=9]]') }
      const { data: whole, response } = await client.chat.completions.create(question).withResponse()
      t.match(whole, { object: 'chat.completion', choices: [{ finish_reason: 'stop' }], usage: { completion_tokens: 25 } })
      t.match(response.headers.get('ratelimit'), /^"requests";r=\d+;t=\d+, "messages-hour";r=9;t=\d+, "messages-day";r=\d+;t=\d+$/)
      const stream = await client.chat.completions.create({ ...question, stream: true, stream_options: { include_usage: true } })
      let text = ''
      let last: OpenAI.ChatCompletionChunk | undefined
      for await (const chunk of stream) {
        text += chunk.choices[0]?.delta.content ?? ''
        last = chunk
      }
      t.equal(text, whole.choices[0]?.message.content, 'the same script, the same text')
      t.match(last, { usage: { completion_tokens: 25 } })

      t.equal(
        await eventually(
          'two messages',
          () => usedToday(ada),
          (used) => used === 2,
        ),
        2,
      )
      const rows = await eventually(
        'two charges',
        () => usageOf(world(), [ada.userId]),
        (found) => found.length === 2,
      )
      t.equal(rows[0]?.cost, rows[1]?.cost, 'streamed or not, it costs the same')
      t.ok(BigInt(rows[0]?.cost ?? 0) > 0n)
    },
  )

  test.test('C13 R-4 a failure gives the message back, and one that comes after the first word never looks like an end', async (t) => {
    const ada = await signUp(world(), 'Unlucky')
    const client = openAi(world(), (await createKey(ada)).key)
    const down = await caught(client.chat.completions.create({ model: 'auto', messages: user('[[fault=status status=500]]') }))
    t.ok(down instanceof OpenAI.APIError && down.status === 503, String(down))
    await client.chat.completions.create({ model: 'auto', messages: user('[[tokens=3]]') })
    t.equal(
      await eventually(
        'one message used',
        () => usedToday(ada),
        (used) => used === 1,
      ),
      1,
    )
  })

  test.test('C13 curl streams, line by line, to [DONE]', async (t) => {
    const ada = await signUp(world(), 'Shell')
    const { key } = await createKey(ada)
    const { stdout } = await run('curl', [
      ...['--silent', '--no-buffer', '--include', `${world().url}/v1/chat/completions`],
      ...['-H', `Authorization: Bearer ${key}`, '-H', 'Content-Type: application/json'],
      ...['-d', JSON.stringify({ model: 'auto', messages: user('[[tokens=12 seed=2]]'), stream: true })],
    ])
    const [head = '', body = ''] = stdout.split('\r\n\r\n')
    t.match(head, /^HTTP\/1\.1 200 OK/)
    t.match(head, /content-type: text\/event-stream/i)
    const events = body.trim().split('\n\n')
    t.equal(events.at(-1), 'data: [DONE]')
    const words = events.slice(0, -1).map((event) => JSON.parse(event.replace(/^data: /, '')) as OpenAI.ChatCompletionChunk)
    t.ok(words.map(({ choices }) => choices[0]?.delta.content ?? '').join('').length > 10)
    const { stdout: refused } = await run('curl', ['--silent', `${world().url}/v1/models`, '-H', 'Authorization: Bearer sk-wrong'])
    t.match(JSON.parse(refused), { error: { type: 'invalid_request_error', code: 'invalid_api_key' } })
  })

  test.test('C13 D2 what is wrong is thrown as the SDK’s own classes', async (t) => {
    const ada = await signUp(world(), 'Careless')
    const { key } = await createKey(ada)
    const client = openAi(world(), key)
    const ask = (api: OpenAI, fields: object = {}) =>
      caught(api.chat.completions.create({ model: 'auto', messages: user('[[tokens=2]]'), ...fields }))
    t.ok((await ask(openAi(world(), `${key}x`))) instanceof OpenAI.AuthenticationError)
    t.ok((await ask(openAi(world(), (await createKey(ada, ['models'])).key))) instanceof OpenAI.PermissionDeniedError)
    const wrong = await ask(client, { temperature: 9 })
    t.ok(wrong instanceof OpenAI.BadRequestError)
    t.match(wrong, { param: 'temperature', type: 'invalid_request_error' })
    t.ok((await ask(client, { model: 'gpt-none' })) instanceof OpenAI.NotFoundError)
    for (let index = 0; index < 10; index++) t.equal(await ask(client), undefined, `message ${index + 1} of 10`)
    const over = await ask(client)
    t.ok(over instanceof OpenAI.RateLimitError)
    t.match(over, { code: 'insufficient_quota' })
    t.ok(Number((over as InstanceType<typeof OpenAI.RateLimitError>).headers?.get('retry-after')) > 0)
  })

  test.test('A-4 A-19 a revoked key ends within 5 s, and a key never opens its owner’s account', async (t) => {
    const ada = await signUp(world(), 'Tidy')
    const { id, key } = await createKey(ada)
    const status = async (path: string) => (await fetch(world().url + path, { headers: { authorization: `Bearer ${key}` } })).status
    t.equal(await status('/v1/models'), 200)
    t.equal(await status('/api/v1/conversations'), 200, 'the scope chat opens REST, too')
    for (const path of ['/api/v1/me', '/api/v1/me/api-keys', '/api/v1/me/sessions', '/api/v1/admin/bans'])
      t.equal(await status(path), 403, path)

    const stream = await openAi(world(), key).chat.completions.create({
      model: 'auto',
      messages: user('[[tokens=60 tps=30 seed=3]]'),
      stream: true,
    })
    const reading = (async () => {
      let text = ''
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
      return text
    })()
    t.equal((await ada.request('DELETE', `/api/v1/me/api-keys/${id}`)).status, 204)
    const revokedAtMs = Date.now()
    await eventually(
      'the refusal',
      () => status('/v1/models'),
      (answer) => answer === 401,
      5_000,
    )
    t.ok(Date.now() - revokedAtMs < 5_000)
    t.ok((await reading).length > 0, 'an answer that had begun comes to its end')
    t.equal(await status('/api/v1/conversations'), 401)
    const keys = (await (await ada.request('GET', '/api/v1/me/api-keys')).json()) as { items: unknown[] }
    t.same(keys.items, [])
  })

  test.test('I2 a call is one trace from the edge to the vendor and to metering', async (t) => {
    const ada = await signUp(world(), 'Traced')
    const client = openAi(world(), (await createKey(ada)).key)
    const answer = await client.chat.completions.create({ model: 'auto', messages: user('[[tokens=2]]') })
    const callId = answer.id.replace('chatcmpl-', '')
    const names = async () => {
      const spans = world().collector.spans()
      const ours = spans.find(({ attributes }) => String(attributes['parley.call.id'] ?? '').replaceAll('-', '') === callId)
      return spans.filter(({ traceId }) => traceId === ours?.traceId).map(({ service, name }) => `${service}: ${name}`)
    }
    const wanted = [
      'gateway: POST /v1/chat/completions',
      'usage: rpc.usage.reserve-turn.v1 reply',
      'ai-router: POST /v1/chat/completions',
      'usage: evt.ai.call.completed.v1 process',
    ]
    const found = await eventually('the whole trace', names, (all) => wanted.every((name) => all.includes(name)))
    for (const name of wanted) t.ok(found.includes(name), name)
  })
}
