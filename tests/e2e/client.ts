import { once } from 'node:events'
import type { chatApi, socketApi } from '@parley/contracts/public'
import { logInPerson, type Person, registerPerson } from '@parley/testing'
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

/** Registers an account, confirms its address from the inbox and returns its signed-in client. */
export async function signUp(world: { url: string; inboxUrl: string }, name = 'Ada'): Promise<Client> {
  return createClient(world.url, await registerPerson(world, name))
}

/** Logs in with the password `signUp` used, or with a given one. */
export async function logIn(url: string, email: string, password?: string): Promise<Client> {
  return createClient(url, await logInPerson(url, email, password))
}

function createClient(url: string, { email, userId, cookie }: Person): Client {
  let socket: WebSocket | undefined
  const listeners = new Set<(message: ServerMessage) => void>()

  const client: Client = {
    url,
    email,
    userId,
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
