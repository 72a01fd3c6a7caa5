import { setTimeout as delay } from 'node:timers/promises'
import type { Person } from '@parley/testing'
import { v7 as newId } from 'uuid'
import type { Random } from '../random.ts'

/** How a request was answered: `2xx`, the exact status of everything else, `hang` (nothing in 20 s), `connection` (none, on any replica). */
export type RestClass = string

export interface RestAnswer {
  request: string
  class: RestClass
  startedAtMs: number
  durationMs: number
  /** It was sent a second time, because a connection broke. */
  isRepeated: boolean
}

export interface RestOptions {
  people: readonly Person[]
  gateways: () => string[]
  perSecond: number
  /** A conversation of the person that is there for sure. */
  conversationOf: (userId: string) => string | null
  random: Random
}

const HANG_MS = 20_000
/** Of a hundred requests so many make a conversation; what was answered 201 must be there at the end. */
const WRITES_PERCENT = 2

interface Request {
  name: string
  method: 'GET' | 'POST'
  path: string
  body?: string
  headers?: Record<string, string>
}

export type RestLoad = ReturnType<typeof startRestLoad>

/** Sends requests at an even pace, whether or not earlier ones were answered, as many independent people do. */
export function startRestLoad({ people, gateways, perSecond, conversationOf, random }: RestOptions) {
  const answers: RestAnswer[] = []
  const acknowledged: string[] = []
  const open = new Set<Promise<void>>()
  let isGoingOn = true
  let turn = 0

  function nextRequest(person: Person): Request {
    const get = (name: string, path: string): Request => ({ name, method: 'GET', path })
    if (random.between(1, 100) <= WRITES_PERCENT) {
      return {
        name: 'new conversation',
        method: 'POST',
        path: '/api/v1/conversations',
        body: JSON.stringify({ title: 'Written during a fault' }),
        headers: { 'content-type': 'application/json', 'idempotency-key': newId() },
      }
    }
    const conversation = conversationOf(person.userId)
    const requests = [
      get('conversations', '/api/v1/conversations?limit=20'),
      get('limits', '/api/v1/usage/limits'),
      get('models', '/api/v1/models'),
      ...(conversation
        ? [
            get('conversation', `/api/v1/conversations/${conversation}`),
            get('messages', `/api/v1/conversations/${conversation}/messages?limit=20`),
          ]
        : []),
    ]
    return random.pick(requests)
  }

  async function send(person: Person, request: Request): Promise<void> {
    const startedAtMs = performance.now()
    const urls = gateways()
    turn += 1
    const first = turn
    let outcome: RestClass = 'connection'
    let attempt = 0
    // Reads, and writes with an idempotency key, are sent again when the connection breaks, as browsers and load balancers do.
    for (; attempt <= urls.length && outcome === 'connection'; attempt += 1) {
      outcome = await once(urls[(first + attempt) % urls.length] ?? '', person, request)
    }
    answers.push({
      request: request.name,
      class: outcome,
      startedAtMs,
      durationMs: performance.now() - startedAtMs,
      isRepeated: attempt > 1,
    })
  }

  async function once(url: string, { cookie }: Person, { method, path, body, headers }: Request): Promise<RestClass> {
    try {
      const answer = await fetch(url + path, {
        method,
        body,
        headers: { cookie, 'sec-fetch-site': 'same-origin', ...headers },
        signal: AbortSignal.timeout(HANG_MS),
      })
      const text = await answer.text()
      if (answer.status === 201) acknowledged.push((JSON.parse(text) as { conversation: { id: string } }).conversation.id)
      return answer.status >= 200 && answer.status < 300 ? '2xx' : String(answer.status)
    } catch (error) {
      return error instanceof Error && error.name === 'TimeoutError' ? 'hang' : 'connection'
    }
  }

  async function keepSending(): Promise<void> {
    const startMs = performance.now()
    for (let sent = 0; isGoingOn; ) {
      const due = ((performance.now() - startMs) * perSecond) / 1_000
      for (; sent < due; sent += 1) {
        const person = random.pick(people)
        const sending = send(person, nextRequest(person))
        open.add(sending)
        void sending.finally(() => open.delete(sending))
      }
      await delay(10)
    }
  }

  const sending = keepSending()
  return {
    answers: answers as readonly RestAnswer[],
    /** Ids of conversations whose making was answered 201. */
    acknowledged: acknowledged as readonly string[],
    async finish(): Promise<void> {
      isGoingOn = false
      await sending
      await Promise.all(open)
    },
  }
}
