import t from 'tap'
import { ApiError } from './api-error.ts'
import { createHttp } from './http.ts'

type Answer = (request: { path: string; init: RequestInit }) => Response | Promise<Response>

function world(answer: Answer) {
  const calls: { path: string; init: RequestInit }[] = []
  let signedOut = 0
  const http = createHttp({
    fetch: async (input, init = {}) => {
      const call = { path: String(input), init }
      calls.push(call)
      return answer(call)
    },
    onSignedOut: () => {
      signedOut += 1
    },
  })
  return { http, calls, signedOut: () => signedOut, paths: () => calls.map(({ path }) => path) }
}

const json = (value: unknown, status = 200) => Response.json(value, { status })
const problem = (status: number, code: string, more = {}) =>
  new Response(JSON.stringify({ type: 'about:blank', title: code, status, detail: `About ${code}.`, code, requestId: 'r1', ...more }), {
    status,
    headers: { 'content-type': 'application/problem+json', 'retry-after': '7' },
  })

t.test('a query leaves out what is not set', async (t) => {
  const { http, paths } = world(() => json({ items: [] }))
  await http.request('GET', '/conversations', { query: { q: 'a b', archived: false, cursor: undefined, pinned: null } })
  t.same(paths(), ['/api/v1/conversations?q=a+b&archived=false'])
})

t.test('A-8 a write is JSON, even without a body, and carries its idempotency key', async (t) => {
  const { http, calls } = world(() => new Response(null, { status: 204 }))
  t.equal(await http.request('POST', '/auth/logout', { idempotencyKey: 'k1' }), undefined)
  t.match(calls[0]?.init, { body: '{}', headers: { 'content-type': 'application/json', 'idempotency-key': 'k1' } })
})

t.test('a problem becomes a typed error', async (t) => {
  const { http } = world(() => problem(400, 'invalid_request', { errors: [{ path: 'email', message: 'is no address' }] }))
  const error = await http.request('POST', '/auth/register', { body: {} }).catch((thrown: unknown) => thrown)
  t.type(error, ApiError)
  t.match(error, {
    status: 400,
    code: 'invalid_request',
    message: 'About invalid_request.',
    fields: [{ path: 'email', message: 'is no address' }],
    retryAfterS: 7,
    requestId: 'r1',
  })
})

t.test('a page of a proxy becomes a readable error', async (t) => {
  const { http } = world(() => new Response('<h1>Bad Gateway</h1>', { status: 502, headers: { 'content-type': 'text/html' } }))
  await t.rejects(http.request('GET', '/me'), { code: 'service_busy', status: 502 })
})

t.test('a body that breaks off, or is a page, is an error of the same kind as all others', async (t) => {
  const cut = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"items":'))
      controller.error(new TypeError('terminated'))
    },
  })
  await t.rejects(world(() => new Response(cut)).http.request('GET', '/models'), { name: 'ApiError', code: 'network', status: 0 })
  const portal = world(() => new Response('<h1>Log in to this network</h1>', { headers: { 'content-type': 'text/html' } }))
  await t.rejects(portal.http.request('GET', '/models'), { name: 'ApiError', code: 'unexpected_answer', status: 200 })
})

t.test('no network is an error of its own', async (t) => {
  const { http } = world(() => {
    throw new TypeError('fetch failed')
  })
  await t.rejects(http.request('GET', '/me'), { code: 'network', status: 0 })
})

t.test('A-3 many requests with an expired session share one renewal, then each is repeated once', async (t) => {
  let isRenewed = false
  const { http, paths, signedOut } = world(async ({ path }) => {
    if (path.endsWith('/auth/refresh')) {
      await new Promise((resolve) => setImmediate(resolve))
      isRenewed = true
      return json({})
    }
    return isRenewed ? json({ path }) : problem(401, 'unauthenticated')
  })
  const answers = await Promise.all(['/me', '/models', '/usage/limits'].map((path) => http.request('GET', path)))
  t.same(
    answers,
    ['/me', '/models', '/usage/limits'].map((path) => ({ path: `/api/v1${path}` })),
  )
  t.equal(paths().filter((path) => path.endsWith('/auth/refresh')).length, 1)
  t.equal(signedOut(), 0)
})

t.test('a session that cannot be renewed ends the session; a server that cannot be asked does not', async (t) => {
  const over = world(({ path }) => problem(401, path.endsWith('/auth/refresh') ? 'refresh_expired' : 'unauthenticated'))
  await t.rejects(over.http.request('GET', '/me'), { code: 'unauthenticated' })
  t.equal(over.signedOut(), 1)

  const down = world(({ path }) => (path.endsWith('/auth/refresh') ? problem(503, 'service_busy') : problem(401, 'unauthenticated')))
  await t.rejects(down.http.request('GET', '/me'), { code: 'unauthenticated' })
  t.equal(down.signedOut(), 0)
})

t.test('a wrong password is no reason to renew the session', async (t) => {
  const { http, paths } = world(() => problem(401, 'invalid_credentials'))
  await t.rejects(http.request('POST', '/auth/login', { isSignIn: true }), { code: 'invalid_credentials' })
  t.same(paths(), ['/api/v1/auth/login'])
})

t.test('a file has the name the server gave it, in any script', async (t) => {
  const disposition = `attachment; filename="Gr__e.md"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.md`
  const { http, calls } = world(() => new Response('# Hello', { headers: { 'content-disposition': disposition } }))
  const file = await http.requestFile('/conversations/c/export', { query: { format: 'md' } })
  t.same([file.name, await file.text()], ['Grüße.md', '# Hello'])
  t.match(calls[0], { path: '/api/v1/conversations/c/export?format=md', init: { method: 'GET' } })
  const plain = world(() => new Response('', { headers: { 'content-disposition': 'attachment; filename="talk.json"' } }))
  t.equal((await plain.http.requestFile('/x')).name, 'talk.json')
})

t.test('a file that may not be had is a typed error', async (t) => {
  const { http } = world(() => problem(404, 'conversation_not_found'))
  await t.rejects(http.requestFile('/x'), { code: 'conversation_not_found' })
})
