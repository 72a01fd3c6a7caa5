import { commonErrors } from '@parley/errors'
import type { App } from '@parley/service-kit'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { SessionCookies } from '../identity/session-cookies.ts'
import type { Forward, UpstreamAnswer } from './forward.ts'
import { parseBytes } from './forwarded.routes.ts'

/** What the auth service answers to the gateway when a session begins or goes on. */
const issuedSession = z.looseObject({
  user: z.unknown(),
  accessToken: z.string(),
  expiresIn: z.number().int(),
  refreshToken: z.string(),
  refreshExpiresIn: z.number().int(),
})

/** Paths that begin a session, and whether their answer names the access token for programs. */
const BEGINNINGS = [
  { path: '/api/v1/auth/login', showsToken: true },
  { path: '/api/v1/auth/verify-email', showsToken: false },
  { path: '/api/v1/auth/magic-link/consume', showsToken: true },
]

/**
 * Where tokens become cookies: log-in, verification, refresh and log-out. The refresh token lives in its cookie
 * alone; it is never in an answer's body.
 */
export function sessionRoutes(app: App, { forward, cookies }: { forward: Forward; cookies: SessionCookies }): void {
  const schema = { hide: true }
  const upstream = 'auth'

  for (const { path, showsToken } of BEGINNINGS) {
    app.post(path, { schema }, (request, reply) =>
      forward(request, reply, { upstream, onAnswer: (answer, answering) => sendSession(answering, answer, showsToken) }),
    )
  }

  app.post('/api/v1/auth/refresh', { schema }, (request, reply) => {
    const refreshToken = tokenInBody(request.body) ?? cookies.refresh(request)
    return forward(request, reply, {
      upstream,
      json: refreshToken === undefined ? {} : { refreshToken },
      onAnswer: (answer, answering) => {
        if (answer.status === 401) cookies.clear(answering)
        return sendSession(answering, answer, true)
      },
    })
  })

  app.post('/api/v1/auth/logout', { schema }, (request, reply) => {
    const refreshToken = cookies.refresh(request)
    return forward(request, reply, {
      upstream,
      json: refreshToken === undefined ? {} : { refreshToken },
      onAnswer: async (answer, answering) => {
        if (answer.status < 500) cookies.clear(answering)
        return sendAsIs(answering, answer)
      },
    })
  })

  async function sendSession(reply: FastifyReply, answer: UpstreamAnswer, showsToken: boolean): Promise<FastifyReply> {
    if (answer.status !== 200) return sendAsIs(reply, answer)
    const session = issuedSession.safeParse(parseBytes(answer.body))
    if (!session.success) throw commonErrors.internal_error({ internal: 'auth answered without a session' })
    const { user, accessToken, expiresIn } = session.data
    cookies.set(reply, session.data)
    void reply.header('cache-control', 'no-store')
    return reply.send(showsToken ? { user, accessToken, expiresIn } : { user })
  }
}

const sendAsIs = (reply: FastifyReply, { body }: UpstreamAnswer): FastifyReply => reply.send(body.length > 0 ? body : undefined)

const refreshBody = z.object({ refreshToken: z.string().max(512).optional() })

/** Programs may send the token they were given; browsers leave it to the cookie. */
function tokenInBody(body: unknown): string | undefined {
  const parsed = refreshBody.safeParse(parseBytes(body) ?? {})
  if (!parsed.success) throw commonErrors.invalid_request({ errors: [{ path: 'refreshToken', message: 'needs a refresh token' }] })
  return parsed.data.refreshToken
}
