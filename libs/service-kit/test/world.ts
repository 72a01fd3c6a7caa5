import { commonErrors } from '@parley/errors'
import { createPrincipalSigner, createPrincipalVerifier, generateSigningJwk } from '@parley/principal'
import { createLogger } from '@parley/telemetry'
import type { Test } from 'tap'
import { z } from 'zod'
import { createService, requireAdmin, requireUser, type ServiceOptions } from '../src/index.ts'

const key = await generateSigningJwk('gateway')
export const signer = createPrincipalSigner(key)
export const principals = createPrincipalVerifier({ jwks: { keys: [key.publicJwk] } })

/** A service with one route per behaviour, listening on a free port, closed with the test. */
export async function startExample(t: Test, options: Partial<ServiceOptions> = {}) {
  const lines: string[] = []
  const logger = createLogger({ name: 'example', level: 'debug', destination: { write: (line: string) => void lines.push(line) } })
  const app = await createService({ name: 'example', logger, principals, readiness: {}, ...options })
  const thing = z.strictObject({ name: z.string().min(2), tags: z.array(z.string()).optional() })
  app.post('/things', { schema: { body: thing, response: { 201: thing } } }, async (request, reply) => reply.code(201).send(request.body))
  app.get('/things', { schema: { querystring: z.object({ limit: z.coerce.number().max(100) }) } }, async (request) => request.query)
  app.get('/me', async (request) => requireUser(request))
  app.get('/admin', async (request) => requireAdmin(request))
  app.get('/broken', () => Promise.reject(new Error('password=hunter2')))
  app.get('/database-away', () => Promise.reject(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })))
  app.get('/no-room', () => Promise.reject(commonErrors.service_busy({ internal: 'no room', retryAfterS: 1 })))
  app.post('/stop', async (_request, reply) => reply.code(204).send())
  app.get('/slow', async (request) => {
    await new Promise((_resolve, reject) => {
      request.deadline.addEventListener('abort', () => reject(request.deadline.reason))
    })
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => app.close())
  const post = (path: string, body: string, contentType = 'application/json') =>
    fetch(url + path, { method: 'POST', headers: { 'content-type': contentType }, body })
  return { app, url, lines, post }
}

export type Problem = { code: string; status: number; requestId: string; errors?: { path: string; message: string }[] }
