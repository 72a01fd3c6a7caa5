import { connect } from 'node:net'
import t from 'tap'
import { type Problem, startExample } from './world.ts'

t.test('A-23 every bad input has its status and code as problem+json, never a 5xx', async (t) => {
  const { url, post } = await startExample(t)
  const cases: [string, Promise<Response>, number, string][] = [
    ['malformed JSON', post('/things', '{"name"'), 400, 'invalid_request'],
    ['wrong shape', post('/things', '{"name":"a","tags":[1]}'), 400, 'invalid_request'],
    ['unknown field', post('/things', '{"name":"ada","role":"admin"}'), 400, 'invalid_request'],
    ['prototype poisoning', post('/things', '{"name":"ada","__proto__":{"x":1}}'), 400, 'invalid_request'],
    ['nesting that exhausts the stack', post('/things', `{"tags":${'['.repeat(60_000)}${']'.repeat(60_000)}}`), 400, 'invalid_request'],
    ['no body', post('/things', ''), 400, 'invalid_request'],
    ['not JSON', post('/things', '<a/>', 'text/xml'), 415, 'unsupported_media_type'],
    ['a body over the limit', post('/things', JSON.stringify({ name: 'a'.repeat(300_000) })), 413, 'payload_too_large'],
    ['a query that does not validate', fetch(`${url}/things?limit=9999`), 400, 'invalid_request'],
    ['an unknown path', fetch(`${url}/nothing`), 404, 'not_found'],
    ['broken percent encoding', fetch(`${url}/%zz`), 400, 'invalid_request'],
  ]
  for (const [name, answer, status, code] of cases) {
    const response = await answer
    t.equal(response.status, status, name)
    t.match(response.headers.get('content-type'), 'application/problem+json', name)
    const body = (await response.json()) as Problem
    t.match(body, { code, status, requestId: response.headers.get('x-request-id') }, name)
  }
})

t.test('a validation error names each field and what is wrong with it', async (t) => {
  const { post } = await startExample(t)
  const { errors } = (await (await post('/things', '{"name":"a","tags":["x",1]}')).json()) as Problem
  t.match(errors, [
    { path: 'name', message: /2 characters/ },
    { path: 'tags.1', message: /string/ },
  ])
})

t.test('bytes that are not HTTP are answered with 400', async (t) => {
  const { url } = await startExample(t)
  const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'))
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk as Buffer)
  t.match(Buffer.concat(chunks).toString(), /^HTTP\/1\.1 400[\s\S]*"code":"invalid_request"/)
})

t.test('an unexpected error is a 500 that shows nothing of itself; its cause is in the log under the request’s id', async (t) => {
  const { url, lines } = await startExample(t)
  const response = await fetch(`${url}/broken`)
  const text = await response.text()
  t.match(JSON.parse(text), { status: 500, code: 'internal_error' })
  t.notMatch(text, /hunter2|stack|at /)
  const requestId = response.headers.get('x-request-id')
  const entry = lines.map((line) => JSON.parse(line) as Record<string, unknown>).find((line) => line.level === 'error')
  t.match(entry, { requestId, err: { message: /hunter2/, stack: /world\.ts/ } })
})

t.test('F-8 an absent dependency is 503 service_busy with Retry-After', async (t) => {
  const { url } = await startExample(t)
  const response = await fetch(`${url}/database-away`)
  t.equal(response.status, 503)
  t.equal(response.headers.get('retry-after'), '1')
  t.match(await response.json(), { code: 'service_busy' })
})

t.test('D6 the log says of a refusal that was meant which it is, without a stack; of an absent dependency why', async (t) => {
  const { url, lines } = await startExample(t)
  const warning = async (path: string): Promise<Record<string, unknown> | undefined> => {
    const requestId = (await fetch(`${url}${path}`)).headers.get('x-request-id')
    return lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .find((line) => line.level === 'warn' && line.requestId === requestId)
  }
  const refused = await warning('/no-room')
  t.match(refused, { code: 'service_busy', msg: 'no room' })
  t.notOk(refused && 'err' in refused)
  t.match(await warning('/database-away'), { code: 'service_busy', err: { stack: /./ } })
})

t.test('content-type JSON without a body is no body, not a malformed one', async (t) => {
  const { post } = await startExample(t)
  t.equal((await post('/stop', '')).status, 204)
})

t.test('headers that are too large are answered with 431', async (t) => {
  const { url } = await startExample(t)
  const response = await fetch(`${url}/things`, { headers: { authorization: 'x'.repeat(65_536) } })
  t.equal(response.status, 431)
  t.match(await response.json(), { code: 'invalid_request', status: 431 })
})
