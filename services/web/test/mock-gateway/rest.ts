import type { IncomingMessage, ServerResponse } from 'node:http'
import { v7 as newId } from 'uuid'
import { models, plans, usage } from './catalogue.ts'
import { conversationRoutes } from './conversations.ts'
import { promptRoutes } from './prompts.ts'
import { Refusal, type Route } from './route.ts'
import type { Turns } from './turns.ts'
import { limits, type World } from './world.ts'

const session = ({ user }: World) => ({ user, accessToken: 'x', expiresIn: 900 })

const routes: Route[] = [
  ...conversationRoutes,
  ...promptRoutes,
  ['GET', /^\/me$/, ({ world }) => ({ user: world.user })],
  ['PATCH', /^\/me$/, ({ world, body }) => ({ user: Object.assign(world.user, body) })],
  ['GET', /^\/me\/sessions$/, ({ world }) => ({ items: world.sessions, nextCursor: null })],
  ['DELETE', /^\/me\/sessions\/(.+)$/, ({ world, parts }) => endSessions(world, ({ id }) => id === parts[0])],
  ['DELETE', /^\/me\/sessions$/, ({ world }) => endSessions(world, ({ current }) => !current)],
  ['GET', /^\/me\/api-keys$/, ({ world }) => ({ items: world.apiKeys, nextCursor: null })],
  ['POST', /^\/me\/api-keys$/, ({ world, body }) => createApiKey(world, body)],
  ['DELETE', /^\/me\/api-keys\/(.+)$/, ({ world, parts }) => revokeApiKey(world, parts[0])],
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
]

function createApiKey(world: World, { name, scopes, expiresAt = null }: Record<string, unknown>) {
  const [id, key] = [newId(), `parley_${newId().replaceAll('-', '')}0123456789`]
  const shown = { id, name, scopes, expiresAt, prefix: key.slice(0, 13), createdAt: new Date().toISOString(), lastUsedAt: null }
  world.apiKeys.unshift(shown as World['apiKeys'][number])
  return { id, key }
}

function revokeApiKey(world: World, revoked: string | undefined): void {
  world.apiKeys = world.apiKeys.filter(({ id }) => id !== revoked)
}

function endSessions(world: World, ends: (session: World['sessions'][number]) => boolean): void {
  world.sessions = world.sessions.filter((session) => !ends(session))
}

export async function answer(world: World, turns: Turns, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://mock')
  const path = url.pathname.replace('/api/v1', '')
  try {
    if (!world.isSignedIn && !/^\/(auth|shared|billing\/plans)/.test(path)) throw new Refusal(401, 'unauthenticated', 'Please log in.')
    if (process.env.BROKEN && new RegExp(process.env.BROKEN).test(path))
      throw new Refusal(503, 'service_busy', 'Parley is busy just now. Please try again in a moment.')
    for (const [method, pattern, handle] of routes) {
      const match = pattern.exec(path)
      if (!match || method !== request.method) continue
      const text = Buffer.concat(await request.toArray()).toString()
      await new Promise((resolve) => setTimeout(resolve, Number(process.env.DELAY_MS ?? 60)))
      const reply = handle({ world, turns, parts: match.slice(1), query: url.searchParams, body: text ? JSON.parse(text) : {} })
      if (reply instanceof File) {
        response.writeHead(200, { 'content-type': reply.type, 'content-disposition': `attachment; filename="${reply.name}"` })
        return void response.end(await reply.text())
      }
      response.writeHead(reply === undefined ? 204 : 200, { 'content-type': 'application/json' })
      return void response.end(reply === undefined ? undefined : JSON.stringify(reply))
    }
    throw new Refusal(404, 'not_found', 'There is nothing here.')
  } catch (error) {
    const { status, code, message } = error instanceof Refusal ? error : new Refusal(500, 'internal_error', String(error))
    response.writeHead(status, { 'content-type': 'application/problem+json', ...(status === 503 && { 'retry-after': '5' }) })
    response.end(JSON.stringify({ type: 'about:blank', title: code, status, detail: message, code, requestId: 'mock' }))
  }
}
