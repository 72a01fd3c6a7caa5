import { readAll } from './read-answer.ts'
import { QUESTION } from './requests.ts'
import type { Suite } from './suite.ts'

/** What a vendor refuses, breaks off or spoils, each as an error of its kind. */
export function failures({ createProvider, test, scene, fails }: Suite): void {
  fails(
    'an answer without its finish reason is cut, whatever else says that it is over',
    { kind: 'missing_event', which: 'finish' },
    'cut',
    true,
  )

  fails('a finish reason nobody knows is a failure', { kind: 'unknown_reason' }, 'malformed', true)

  fails('400 is the request’s fault', { kind: 'refusal', status: 400 }, 'invalid', false)
  fails(
    'a conversation that is too long is told apart',
    { kind: 'refusal', status: 400, why: 'context_overflow' },
    'context_overflow',
    false,
  )
  fails('401 is the key’s fault', { kind: 'refusal', status: 401 }, 'auth', true)
  fails('404 is a model the vendor does not have', { kind: 'refusal', status: 404 }, 'unknown_model', true)
  for (const status of [500, 503, 529]) fails(`${status} is the vendor’s fault`, { kind: 'refusal', status }, 'overloaded', true)
  fails(
    'an account without credit is told apart from a rate limit (429)',
    { kind: 'refusal', status: 429, why: 'exhausted' },
    'exhausted',
    true,
  )
  fails(
    'an account without credit is told apart from a bad request (400)',
    { kind: 'refusal', status: 400, why: 'exhausted' },
    'exhausted',
    true,
  )
  scene('429 says when to come back', { kind: 'refusal', status: 429, retryAfterS: 7 }, (t, read) => {
    t.equal(read.error?.kind, 'rate_limited')
    t.equal(read.error?.retryAfterMs, 7000)
  })

  fails('a reset before the answer begins', { kind: 'reset', afterTokens: 'no_head' }, 'unreachable', true)
  fails('a reset before the first token', { kind: 'reset', afterTokens: 0 }, 'cut', true)
  fails('a reset after some tokens', { kind: 'reset', afterTokens: 3 }, 'cut', true)
  fails('a stream that ends without a finish reason is a failure', { kind: 'truncate', afterTokens: 3 }, 'cut', true)
  fails('an empty stream is a failure', { kind: 'truncate', afterTokens: 0 }, 'cut', true)
  fails('an event that is not JSON', { kind: 'malformed', afterTokens: 2 }, 'malformed', true)
  fails('an error reported inside the stream', { kind: 'error_event', afterTokens: 2 }, 'overloaded', true)

  test('nobody at the address: unreachable', async (t) => {
    const nowhere = createProvider('http://127.0.0.1:1')
    t.teardown(() => nowhere.close())
    t.equal((await readAll(nowhere, QUESTION)).error?.kind, 'unreachable')
  })
}
