import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { openAiApi } from '@parley/contracts'
import { waitFor } from '@parley/testing'
import OpenAI from 'openai'
import type { Test } from 'tap'
import t from 'tap'
import { startWorld } from './harness.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** The ai-router as this test wants it, and a gateway before it. */
async function startEdge(t: Test, handle: Handler, env: Record<string, string> = {}) {
  const router = createServer(handle).listen(0, '127.0.0.1')
  await once(router, 'listening')
  t.teardown(() => {
    router.closeAllConnections()
    router.close()
  })
  const world = await startWorld(t)
  const gateway = await world.startGateway({ AI_ROUTER_URL: `http://127.0.0.1:${(router.address() as { port: number }).port}`, ...env })
  const { text: key } = world.apiKeys.create()
  return { world, gateway, key }
}

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => Buffer.concat((await request.toArray()) as Buffer[])
const errorOf = async (response: Response) =>
  ((await response.json()) as { error: { message: string; type: string; param: unknown; code: string } }).error

t.test('A-19 request and answer are handed on byte for byte, with a signed principal instead of the key', async (t) => {
  const seen: { method?: string; url?: string; headers?: IncomingMessage['headers']; body?: Buffer } = {}
  const { gateway, key } = await startEdge(t, async (request, response) => {
    Object.assign(seen, { method: request.method, url: request.url, headers: request.headers, body: await bodyOf(request) })
    response.writeHead(201, { 'content-type': 'application/json', 'x-request-id': 'of the router', 'x-more': 'yes', 'set-cookie': 'a=b' })
    response.end('{"ä":1}')
  })
  const body = '{"model":"auto", "messages":[{"role":"user","content":"größe"}]}'
  const answer = await gateway.fetch('/v1/chat/completions?a=%2e', {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'x-parley-principal': 'forged',
      'x-user-id': 'me',
      cookie: 'a=b',
    },
    body,
  })
  t.equal(answer.status, 201)
  t.equal(await answer.text(), '{"ä":1}')
  t.equal(answer.headers.get('x-more'), 'yes')
  t.equal(answer.headers.get('set-cookie'), null)
  t.match(answer.headers.get('x-content-type-options'), 'nosniff')
  t.match(answer.headers.get('ratelimit'), /^"requests";r=599;t=\d+$/)
  t.equal(answer.headers.get('ratelimit-policy'), '"requests";q=600;w=60')
  t.match(seen, { method: 'POST', url: '/v1/chat/completions?a=%2e' })
  t.equal(String(seen.body), body)
  t.equal(seen.headers?.['x-request-id'], answer.headers.get('x-request-id'))
  t.match(seen.headers?.['x-parley-principal'], /^ey/)
  for (const name of ['authorization', 'cookie', 'x-user-id']) t.notOk(name in (seen.headers ?? {}), name)
})

t.test('A-19 embeddings are handed on to keys of their scope alone', async (t) => {
  const { world, gateway } = await startEdge(t, async (request, response) => {
    const body = await bodyOf(request)
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ url: request.url, body: String(body) }))
  })
  const body = '{"model":"m",  "input":"größe"}'
  const ask = (scope: 'chat' | 'embeddings' | 'models') =>
    gateway.fetch('/v1/embeddings', {
      method: 'POST',
      headers: { authorization: `Bearer ${world.apiKeys.create({ scopes: [scope] }).text}`, 'content-type': 'application/json' },
      body,
    })
  const allowed = await ask('embeddings')
  t.equal(allowed.status, 200)
  t.same(await allowed.json(), { url: '/v1/embeddings', body })
  for (const scope of ['chat', 'models'] as const) {
    const refused = await ask(scope)
    t.equal(refused.status, 403, scope)
    t.match(await errorOf(refused), { code: 'insufficient_permissions' })
  }
})

t.test('an answer streams as it comes, and limits of the router stand beside ours', async (t) => {
  let more: () => void = () => undefined
  const { gateway, key } = await startEdge(t, (_request, response) => {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      ratelimit: '"messages";r=3;t=60',
      'ratelimit-policy': '"messages";q=10;w=3600',
    })
    response.write('data: 1\n\n')
    more = () => response.end('data: [DONE]\n\n')
  })
  const answer = await gateway.send('POST', '/v1/chat/completions', { token: key, body: {} })
  t.match(answer.headers.get('ratelimit'), /^"requests";r=\d+;t=\d+, "messages";r=3;t=60$/)
  t.equal(answer.headers.get('ratelimit-policy'), '"requests";q=600;w=60, "messages";q=10;w=3600')
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  t.equal((await reader?.read())?.value, 'data: 1\n\n')
  more()
  t.equal((await reader?.read())?.value, 'data: [DONE]\n\n')
  t.ok((await reader?.read())?.done)
})

t.test('a client that goes away ends the work at the router; a slow one slows it down instead of filling memory', async (t) => {
  const closed = Promise.withResolvers<void>()
  let sent = 0
  const { gateway, key } = await startEdge(t, (request, response) => {
    response.on('close', () => closed.resolve())
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const chunk = Buffer.alloc(65_536, 'x')
    const write = () => {
      if (response.destroyed) return
      sent += chunk.length
      if (response.write(chunk)) setImmediate(write)
      else response.once('drain', write)
    }
    request.resume().on('end', write)
  })
  const leaving = new AbortController()
  const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: '{}',
    signal: leaving.signal,
  })
  t.equal(answer.status, 200)
  let before = -1
  await waitFor('the router to be slowed down', async () => {
    const isStill = sent === before
    before = sent
    await new Promise((resolve) => setTimeout(resolve, 100))
    return isStill
  })
  t.ok(sent < 64 * 1024 * 1024, `${sent} bytes are on their way`)
  leaving.abort()
  await closed.promise
  t.pass('the router knows')
})

t.test('an answer that is cut never reads as a whole one', async (t) => {
  const { gateway, key } = await startEdge(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: 1\n\n', () => response.destroy())
  })
  const answer = await gateway.send('POST', '/v1/chat/completions', { token: key, body: {} })
  await t.rejects(answer.text())
})

t.test('A-23 whatever is refused at the edge is refused in OpenAI’s words', async (t) => {
  const { gateway, world, key } = await startEdge(t, (_request, response) => response.destroy(), { API_TIMEOUT_MS: '300' })
  const models = world.apiKeys.create({ scopes: ['models'] }).text
  const post = (path: string, token: string | undefined, body: string) =>
    gateway.fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      body,
    })
  const cases: [string, Promise<Response>, number, string, string][] = [
    ['no key', post('/v1/chat/completions', undefined, '{}'), 401, 'invalid_request_error', 'invalid_api_key'],
    ['a wrong key', post('/v1/chat/completions', 'sk-nonsense', '{}'), 401, 'invalid_request_error', 'invalid_api_key'],
    ['a key with a typing error', post('/v1/chat/completions', `${key}x`, '{}'), 401, 'invalid_request_error', 'invalid_api_key'],
    [
      'a cookie',
      gateway.fetch('/v1/models', { headers: { cookie: `parley_access=${await world.auth.token()}` } }),
      401,
      'invalid_request_error',
      'invalid_api_key',
    ],
    ['a missing scope', post('/v1/chat/completions', models, '{}'), 403, 'invalid_request_error', 'insufficient_permissions'],
    ['an unknown path', post('/v1/files', key, '{}'), 404, 'invalid_request_error', 'unknown_url'],
    ['a wrong method', gateway.send('DELETE', '/v1/models', { token: key }), 404, 'invalid_request_error', 'unknown_url'],
    ['the root', gateway.send('GET', '/v1', { token: key }), 404, 'invalid_request_error', 'unknown_url'],
    ['broken percent encoding', gateway.send('GET', '/v1/models/%zz', { token: key }), 400, 'invalid_request_error', ''],
    [
      'too much',
      post('/v1/chat/completions', key, 'x'.repeat(openAiApi.BODY_MAX_BYTES + 1)),
      413,
      'invalid_request_error',
      'payload_too_large',
    ],
    ['no router', post('/v1/chat/completions', key, '{}'), 503, 'server_error', 'service_busy'],
  ]
  for (const [what, asked, status, type, code] of cases) {
    const answer = await asked
    t.equal(answer.status, status, what)
    t.match(answer.headers.get('content-type'), 'application/json', what)
    const error = await errorOf(answer)
    t.match(error, { message: String, type, param: null }, what)
    t.equal(error.code ?? '', code, what)
    if (status === 503) t.ok(answer.headers.get('retry-after'), 'when to come back')
  }
  const silent = await startEdge(t, (request) => void request.resume(), { API_TIMEOUT_MS: '300' })
  const late = await silent.gateway.send('POST', '/v1/chat/completions', { token: silent.key, body: {} })
  t.equal(late.status, 504)
  t.match(await errorOf(late), { type: 'server_error', code: 'timeout' })
})

t.test('D2 requests of one key are limited over all replicas; the SDK gets its RateLimitError and the time to wait', async (t) => {
  const leftMs = 60_000 - (Date.now() % 60_000)
  if (leftMs < 5_000) await new Promise((resolve) => setTimeout(resolve, leftMs + 50))
  const env = { API_REQUESTS_PER_MINUTE: '3' }
  const { world, gateway, key } = await startEdge(t, (_request, response) => response.end('{"object":"list","data":[]}'), env)
  const second = await world.startGateway({ ...env, AI_ROUTER_URL: world.other.url })
  const clients = [gateway, second].map(({ url }) => new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 }))
  await Promise.all([gateway, second].map(({ deps }) => waitFor('Redis', () => deps.redisStatus() === 'ready')))
  await clients[0]?.models.list()
  await clients[0]?.models.list()
  await second.send('GET', '/v1/models', { token: key })
  for (const client of clients) {
    const error = await client.models.list().then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    t.ok(error instanceof OpenAI.RateLimitError)
    t.match(error, { status: 429, code: 'rate_limit_exceeded' })
    t.ok(Number((error as InstanceType<typeof OpenAI.RateLimitError>).headers?.get('retry-after')) >= 1)
  }
  t.equal((await gateway.send('GET', '/v1/models', { token: world.apiKeys.create().text })).status, 200, 'another key')
})

t.test('A-4 access tokens are taken as well, and what revokes them counts', async (t) => {
  const { world, gateway } = await startEdge(t, (_request, response) => response.end('{}'))
  t.equal((await gateway.send('GET', '/v1/models', { token: await world.auth.token() })).status, 200)
  t.equal((await gateway.send('GET', '/v1/models', { token: await world.auth.token({ expiresIn: -60 }) })).status, 401)
})
