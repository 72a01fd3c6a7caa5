import { once } from 'node:events'
import type { chatApi, socketApi } from '@parley/contracts/public'
import { v7 as uuid } from 'uuid'
import WebSocket from 'ws'

type ServerMessage = socketApi.ServerMessage

/** What one turn looked like to a client. */
export interface TurnOutcome {
  turnId: string
  accepted?: Extract<ServerMessage, { type: 'turn.accepted' }>
  /** The text put together from the deltas. */
  text: string
  /** Sequence numbers in the order of arrival. */
  seqs: number[]
  statuses: string[]
  message?: chatApi.ChatMessage
  error?: { code: string; message: string }
}

/** A person's program at the edge: cookies, REST, one socket. Knows nothing of what lies behind the gateway. */
export interface Client {
  url: string
  email: string
  userId: string
  request(method: string, path: string, options?: { body?: unknown; headers?: Record<string, string> }): Promise<Response>
  /** Opens the socket and waits for `ready`. */
  connect(): Promise<void>
  /** Sends a turn and waits for its end, however it ends. */
  turn(text: string, options?: { id?: string; conversationId?: string | null; model?: string; timeoutMs?: number }): Promise<TurnOutcome>
  send(message: unknown): void
  /** Waits for the next message of the socket that fits. */
  next(fits: (message: ServerMessage) => boolean, timeoutMs?: number): Promise<ServerMessage>
  close(): void
}

const PASSWORD = 'a long enough pass phrase'

/** Newest mail to an address whose text fits; mails are waited for, because they are sent behind the request. */
export async function waitForMail(
  inboxUrl: string,
  to: string,
  fits: RegExp,
  timeoutMs = 30_000,
): Promise<{ subject: string; text: string }> {
  const deadline = Date.now() + timeoutMs
  while (Date.now() < deadline) {
    const answer = await fetch(`${inboxUrl}/messages?to=${encodeURIComponent(to)}`)
    const mails = (await answer.json()) as { subject: string; text: string }[] | { items: { subject: string; text: string }[] }
    const found = (Array.isArray(mails) ? mails : mails.items).find((mail) => fits.test(mail.text) || fits.test(mail.subject))
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`no mail to ${to} that fits ${fits} within ${timeoutMs} ms`)
}

/** Registers an account, confirms its address from the inbox and returns its signed-in client. */
export async function signUp(world: { url: string; inboxUrl: string }, name = 'Ada'): Promise<Client> {
  const email = `${name.toLowerCase()}-${uuid()}@example.org`
  const registered = await post(world.url, '/api/v1/auth/register', { email, password: PASSWORD, name })
  if (registered.status !== 202) throw new Error(`register: ${registered.status} ${await registered.text()}`)
  const mail = await waitForMail(world.inboxUrl, email, /token=/)
  const token = /token=([\w.~%-]+)/.exec(mail.text)?.[1] ?? ''
  const verified = await post(world.url, '/api/v1/auth/verify-email', { token: decodeURIComponent(token) })
  if (verified.status !== 200) throw new Error(`verify-email: ${verified.status} ${await verified.text()}`)
  return createClient(world.url, email, verified)
}

/** Logs in with the password `signUp` used, or with a given one. */
export async function logIn(url: string, email: string, password = PASSWORD): Promise<Client> {
  const answer = await post(url, '/api/v1/auth/login', { email, password })
  if (answer.status !== 200) throw new Error(`login: ${answer.status} ${await answer.text()}`)
  return createClient(url, email, answer)
}

function post(url: string, path: string, body: unknown): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify(body),
  })
}

async function createClient(url: string, email: string, signedIn: Response): Promise<Client> {
  const cookie = signedIn.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const { user } = (await signedIn.json()) as { user: { id: string } }
  let socket: WebSocket | undefined
  const listeners = new Set<(message: ServerMessage) => void>()

  const client: Client = {
    url,
    email,
    userId: user.id,
    request(method, path, { body, headers } = {}) {
      return fetch(url + path, {
        method,
        headers: {
          cookie,
          'sec-fetch-site': 'same-origin',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
      })
    },
    async connect() {
      socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/ws`, 'parley.v1', { headers: { cookie, origin: url } })
      socket.on('message', (data) => {
        const message = JSON.parse(String(data)) as ServerMessage
        for (const listener of [...listeners]) listener(message)
      })
      const ready = client.next((message) => message.type === 'ready')
      await Promise.race([ready, once(socket, 'unexpected-response').then(() => Promise.reject(new Error('socket refused')))])
    },
    send(message) {
      socket?.send(typeof message === 'string' ? message : JSON.stringify(message))
    },
    next(fits, timeoutMs = 30_000) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          listeners.delete(listener)
          reject(new Error(`no fitting message within ${timeoutMs} ms`))
        }, timeoutMs)
        const listener = (message: ServerMessage): void => {
          if (!fits(message)) return
          clearTimeout(timer)
          listeners.delete(listener)
          resolve(message)
        }
        listeners.add(listener)
      })
    },
    turn(text, { id = uuid(), conversationId = null, model, timeoutMs = 60_000 } = {}) {
      const outcome: TurnOutcome = { turnId: id, text: '', seqs: [], statuses: [] }
      const end = new Promise<TurnOutcome>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`turn ${id} did not end within ${timeoutMs} ms`)), timeoutMs)
        const finish = (): void => {
          clearTimeout(timer)
          listeners.delete(listener)
          resolve(outcome)
        }
        const listener = (message: ServerMessage): void => {
          if (message.type === 'error' && message.id === id) {
            outcome.error = message.error
            finish()
          }
          if (!('turnId' in message) || message.turnId !== id) return
          if ('seq' in message) outcome.seqs.push(message.seq)
          if (message.type === 'turn.accepted') outcome.accepted = message
          if (message.type === 'turn.delta') outcome.text += message.text
          if (message.type === 'turn.status') outcome.statuses.push(message.status)
          if (message.type === 'turn.restarted') outcome.text = ''
          if (message.type === 'turn.completed') {
            outcome.message = message.message
            finish()
          }
          if (message.type === 'turn.failed') {
            outcome.error = message.error
            finish()
          }
        }
        listeners.add(listener)
      })
      client.send({ type: 'turn.start', id, conversationId, text, model })
      return end
    },
    close() {
      socket?.close()
    },
  }
  return client
}
