import { commonErrors } from '@parley/errors'
import type { App } from '@parley/service-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type AnswerOnce, hasIdempotencyKey } from '../idempotency/answer-once.ts'
import { requireAdminIdentity, requireIdentity } from '../identity/identify.ts'
import type { Forward } from './forward.ts'
import { type ForwardedRoute, forwardedRoutes } from './route-table.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Routes of the services, as the table lists them. Bodies are handed on as bytes; the service validates them. */
export function forwardRoutes(app: App, { forward, answerOnce }: { forward: Forward; answerOnce: AnswerOnce }): void {
  for (const route of forwardedRoutes) {
    app.route({
      method: METHODS,
      url: route.path,
      schema: { hide: true },
      config: { apiKeyScope: route.scope },
      handler: (request, reply) => handle({ forward, answerOnce }, route, request, reply),
    })
  }
}

/** One request by the rules of its route. */
export async function handle(
  { forward, answerOnce }: { forward: Forward; answerOnce: AnswerOnce },
  { upstream, access, keepsAnswers }: ForwardedRoute,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (access === 'user') requireIdentity(request)
  if (access === 'admin') requireAdminIdentity(request)
  // A cookie that could not be checked because auth is away must not read as 'logged out'.
  if (keepsAnswers && request.method === 'POST' && hasIdempotencyKey(request)) return answerOnce(request, reply, upstream)
  return forward(request, reply, { upstream })
}

/** Bodies stay bytes in this scope, whatever their type. */
export function takeBytes(app: App): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}

/** The JSON of a body taken as bytes; undefined for none. */
export function parseBytes(body: unknown): unknown {
  if (!Buffer.isBuffer(body) || body.length === 0) return undefined
  try {
    return JSON.parse(body.toString())
  } catch {
    throw commonErrors.invalid_request({ errors: [{ path: '', message: 'The body is not valid JSON.' }] })
  }
}
