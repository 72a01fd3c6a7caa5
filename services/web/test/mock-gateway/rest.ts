import type { IncomingMessage, ServerResponse } from 'node:http'
import { models, plans, usage } from './catalogue.ts'
import type { Turns } from './turns.ts'
import { limits, type World } from './world.ts'

interface Call {
  world: World
  turns: Turns
  /** Parts of the path the pattern took out. */
  parts: string[]
  query: URLSearchParams
  body: Record<string, unknown>
}

class Refusal extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, detail: string) {
    super(detail)
    this.status = status
    this.code = code
  }
}

const session = ({ user }: World) => ({ user, accessToken: 'x', expiresIn: 900 })

const routes: [string, RegExp, (call: Call) => unknown][] = [
  ['GET', /^\/me$/, ({ world }) => ({ user: world.user })],
  ['PATCH', /^\/me$/, ({ world, body }) => ({ user: Object.assign(world.user, body) })],
  ['GET', /^\/me\/sessions$/, ({ world }) => ({ items: world.sessions, nextCursor: null })],
  ['DELETE', /^\/me\/sessions\/(.+)$/, ({ world, parts }) => endSessions(world, ({ id }) => id === parts[0])],
  ['DELETE', /^\/me\/sessions$/, ({ world }) => endSessions(world, ({ current }) => !current)],
  [
    'POST',
    /^\/auth\/register$/,
    ({ body }) => {
      if (body.password === 'password123')
        throw new Refusal(
          400,
          'password_too_common',
          'This password is one of the first that anybody would guess. Please choose another one.',
        )
      return { status: 'verification_required' }
    },
  ],
  [
    'POST',
    /^\/auth\/(?:verify-email|magic-link\/consume)$/,
    ({ world, body }) => {
      if (body.token === 'old') throw new Refusal(400, 'invalid_token', 'This link is not valid any more. Please ask for a new one.')
      world.isSignedIn = true
      return session(world)
    },
  ],
  [
    'POST',
    /^\/auth\/login$/,
    ({ world, body }) => {
      if (body.password === 'wrong password') throw new Refusal(401, 'invalid_credentials', 'The e-mail address or the password is wrong.')
      world.isSignedIn = true
      return session(world)
    },
  ],
  [
    'POST',
    /^\/auth\/refresh$/,
    ({ world }) => {
      if (!world.isSignedIn) throw new Refusal(401, 'refresh_expired', 'Your session has ended. Please log in again.')
      return session(world)
    },
  ],
  ['POST', /^\/auth\/logout$/, ({ world }) => void Object.assign(world, { isSignedIn: false })],
  ['POST', /^\/auth\/(?:password\/forgot|magic-link)$/, () => ({})],
  ['POST', /^\/auth\/password\/reset$/, () => undefined],
  ['GET', /^\/notifications$/, () => ({ items: [], nextCursor: null })],
  ['GET', /^\/models$/, () => ({ items: models })],
  ['GET', /^\/usage\/limits$/, ({ world }) => limits(world)],
  ['GET', /^\/usage$/, ({ query }) => usage(query.get('by') === 'model' ? 'model' : 'day')],
  ['GET', /^\/billing\/plans$/, () => ({ items: plans })],
  [
    'GET',
    /^\/billing\/subscription$/,
    ({ world }) => ({
      subscription: {
        plan: world.user.plan,
        status: 'active',
        since: world.user.createdAt,
        currentPeriodEnd: null,
        cancelAtPeriodEnd: false,
      },
    }),
  ],
  [
    'GET',
    /^\/conversations$/,
    ({ world, query }) => {
      const words = query.get('q')?.toLowerCase() ?? ''
      const isArchived = query.get('archived') === 'true'
      const all = [...world.conversations.values()]
        .filter(({ title, archived }) => archived === isArchived && title?.toLowerCase().includes(words))
        .filter(({ pinned }) => query.get('pinned') === null || String(pinned) === query.get('pinned'))
        .sort((a, b) => b.updatedAt.localeCompare(a.updatedAt))
      const from = Number(query.get('cursor') ?? 0)
      const to = from + Number(query.get('limit') ?? 50)
      return { items: all.slice(from, to), nextCursor: to < all.length ? String(to) : null }
    },
  ],
  ['GET', /^\/conversations\/([^/]+)$/, ({ world, parts }) => ({ conversation: conversationOf(world, parts) })],
  [
    'PATCH',
    /^\/conversations\/([^/]+)$/,
    ({ world, parts, body }) => ({ conversation: Object.assign(conversationOf(world, parts), body) }),
  ],
  ['DELETE', /^\/conversations\/([^/]+)$/, ({ world, parts }) => void world.conversations.delete(conversationOf(world, parts).id)],
  [
    'GET',
    /^\/conversations\/([^/]+)\/messages$/,
    ({ world, parts }) => {
      const { id } = conversationOf(world, parts)
      return {
        items: (world.messages.get(id) ?? []).map((message) => (message.status === 'running' ? { ...message, text: '' } : message)),
        nextCursor: null,
      }
    },
  ],
  [
    'GET',
    /^\/turns\/([^/]+)$/,
    ({ world, parts }) => {
      const turn = world.turns.get(parts[0] ?? '')
      if (!turn) throw new Refusal(404, 'turn_not_found', 'This answer does not exist.')
      const { timer: _timer, frames: _frames, ...shown } = turn
      return { turn: shown }
    },
  ],
  ['POST', /^\/turns\/([^/]+)\/stop$/, ({ turns, parts }) => void turns.stop(parts[0] ?? '')],
  [
    'POST',
    /^\/messages\/([^/]+)\/regenerate$/,
    ({ turns, parts }) => {
      const turn = turns.regenerate(parts[0] ?? '')
      if (!turn) throw new Refusal(404, 'message_not_found', 'This message does not exist.')
      const { timer: _timer, frames: _frames, ...shown } = turn
      return { turn: shown }
    },
  ],
]

function endSessions(world: World, ends: (session: World['sessions'][number]) => boolean): void {
  world.sessions = world.sessions.filter((session) => !ends(session))
}

function conversationOf(world: World, [id = '']: string[]) {
  const conversation = world.conversations.get(id)
  if (!conversation) throw new Refusal(404, 'conversation_not_found', 'This conversation does not exist.')
  return conversation
}

export async function answer(world: World, turns: Turns, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://mock')
  const path = url.pathname.replace('/api/v1', '')
  try {
    if (!world.isSignedIn && !/^\/(auth|billing\/plans)/.test(path)) throw new Refusal(401, 'unauthenticated', 'Please log in.')
    if (process.env.BROKEN && new RegExp(process.env.BROKEN).test(path))
      throw new Refusal(503, 'service_busy', 'Parley is busy just now. Please try again in a moment.')
    for (const [method, pattern, handle] of routes) {
      const match = pattern.exec(path)
      if (!match || method !== request.method) continue
      const text = Buffer.concat(await request.toArray()).toString()
      await new Promise((resolve) => setTimeout(resolve, Number(process.env.DELAY_MS ?? 60)))
      const reply = handle({ world, turns, parts: match.slice(1), query: url.searchParams, body: text ? JSON.parse(text) : {} })
      response.writeHead(reply === undefined ? 204 : 200, { 'content-type': 'application/json' })
      return void response.end(reply === undefined ? undefined : JSON.stringify(reply))
    }
    throw new Refusal(404, 'not_found', 'There is nothing here.')
  } catch (error) {
    const { status, code, message } = error instanceof Refusal ? error : new Refusal(500, 'internal_error', String(error))
    response.writeHead(status, { 'content-type': 'application/problem+json' })
    response.end(JSON.stringify({ type: 'about:blank', title: code, status, detail: message, code, requestId: 'mock' }))
  }
}
