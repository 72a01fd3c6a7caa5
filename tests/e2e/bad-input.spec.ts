import { randomUUID } from 'node:crypto'
import type t from 'tap'
import WebSocket from 'ws'
import { signUp } from './client.ts'
import type { World } from './world.ts'

/** whatever a client sends, the answer is the documented status and code, never a 5xx. */
export function badInput(test: typeof t, world: () => World): void {
  test.test('A-23 bad input over REST gets its documented status and code', async (t) => {
    const ada = await signUp(world())
    const bob = await signUp(world(), 'Bob')
    const created = await bob.request('POST', '/api/v1/conversations', { body: {} })
    const foreign = ((await created.json()) as { conversation: { id: string } }).conversation.id
    const turns = `/api/v1/conversations/${foreign}/turns`
    const own = (await (await ada.request('POST', '/api/v1/conversations', { body: {} })).json()) as { conversation: { id: string } }
    const ownTurns = `/api/v1/conversations/${own.conversation.id}/turns`
    const expired = 'eyJhbGciOiJFZERTQSIsImtpZCI6IngifQ.eyJleHAiOjF9.c2ln'

    const cases: [string, () => Promise<Response>, number, string][] = [
      ['malformed JSON', () => ada.request('POST', '/api/v1/conversations', { body: '{"title":' }), 400, 'invalid_request'],
      ['an unknown field', () => ada.request('POST', '/api/v1/conversations', { body: { colour: 'red' } }), 400, 'invalid_request'],
      ['a wrong type', () => ada.request('POST', '/api/v1/conversations', { body: { title: 7 } }), 400, 'invalid_request'],
      [
        '5,001 characters',
        () => ada.request('POST', ownTurns, { body: { id: randomUUID(), text: 'x'.repeat(5001) } }),
        400,
        'message_too_long',
      ],
      ['a foreign conversation', () => ada.request('GET', `/api/v1/conversations/${foreign}`), 404, 'conversation_not_found'],
      [
        'a turn in a foreign conversation',
        () => ada.request('POST', turns, { body: { id: randomUUID(), text: 'hello' } }),
        404,
        'conversation_not_found',
      ],
      ['an id that is none', () => ada.request('GET', '/api/v1/conversations/42'), 400, 'invalid_request'],
      [
        'a 1 MB body',
        () => ada.request('POST', '/api/v1/conversations', { body: { title: 'x'.repeat(1_048_576) } }),
        413,
        'payload_too_large',
      ],
      [
        'an expired token',
        () => fetch(`${world().url}/api/v1/me`, { headers: { authorization: `Bearer ${expired}` } }),
        401,
        'unauthenticated',
      ],
      ['no token', () => fetch(`${world().url}/api/v1/conversations`), 401, 'unauthenticated'],
      ['a path that is none', () => ada.request('GET', '/api/v1/nothing-here'), 404, 'not_found'],
      [
        'a form instead of JSON',
        () =>
          ada.request('POST', '/api/v1/conversations', { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
        403,
        'csrf_rejected',
      ],
      [
        'a foreign site',
        () =>
          ada.request('POST', '/api/v1/conversations', {
            body: {},
            headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
          }),
        403,
        'csrf_rejected',
      ],
    ]
    for (const [what, ask, status, code] of cases) {
      const answer = await ask()
      const body = await answer.text()
      t.equal(answer.status, status, `${what}: ${status}, got ${answer.status} ${body.slice(0, 200)}`)
      t.match(answer.headers.get('content-type'), 'application/problem+json', `${what}: problem+json`)
      t.match(JSON.parse(body), { code, status, requestId: String }, `${what}: ${code}`)
      t.notMatch(body, /\bat .*\.ts:\d+/, `${what}: no stack trace`)
    }
  })

  test.test('A-20 a socket refuses a foreign origin, unknown messages and oversized frames by their documented codes', async (t) => {
    const ada = await signUp(world())
    const refused = new WebSocket(`${world().url.replace('http', 'ws')}/api/v1/ws`, 'parley.v1', {
      headers: { origin: 'https://evil.example' },
    })
    const status = await new Promise<number>((resolve) => {
      refused.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
      refused.on('error', () => undefined)
    })
    t.ok([401, 403].includes(status), `a foreign origin is refused, got ${status}`)

    await ada.connect()
    for (const [what, message, code] of [
      ['an unknown type', { type: 'turn.explode' }, 'invalid_request'],
      ['an unknown field', { type: 'ping', loud: true }, 'invalid_request'],
      ['no JSON', 'hello', 'invalid_request'],
    ] as const) {
      const answer = ada.next((reply) => reply.type === 'error')
      ada.send(message)
      t.match(await answer, { error: { code } }, what)
    }
    const tooLong = await ada.turn('x'.repeat(5001))
    t.equal(tooLong.error?.code, 'message_too_long', '5,001 characters over the socket')
    const foreign = await ada.turn('hello', { conversationId: randomUUID() })
    t.equal(foreign.error?.code, 'conversation_not_found', 'a conversation that is not ours')
    ada.close()
  })
}
