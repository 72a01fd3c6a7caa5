import { commonErrors } from '@parley/errors'
import { PRINCIPAL_HEADER, type Principal, type PrincipalVerifier } from '@parley/principal'
import type { FastifyRequest } from 'fastify'
import type { App } from './app.ts'
import { isInternalPath } from './internal-routes.ts'

/** Fills `request.principal` from the signed header. A header that does not verify is a 401, never an anonymous request. */
export function readPrincipal(app: App, principals: PrincipalVerifier | undefined): void {
  app.decorateRequest('principal', null)
  if (!principals) return
  app.addHook('onRequest', async (request) => {
    const token = request.headers[PRINCIPAL_HEADER]
    if (token === undefined || isInternalPath(request.url)) return
    if (typeof token !== 'string') throw commonErrors.unauthenticated({ internal: 'repeated principal header' })
    request.principal = await principals.verify(token)
  })
}

/** Who asks. Throws `unauthenticated` for anonymous requests. */
export function requireUser(request: FastifyRequest): Principal {
  if (!request.principal) throw commonErrors.unauthenticated()
  return request.principal
}

/** The administrator who asks. Throws `unauthenticated` for anonymous requests, `forbidden` for everybody else. */
export function requireAdmin(request: FastifyRequest): Principal {
  const principal = requireUser(request)
  if (principal.role !== 'admin') throw commonErrors.forbidden({ internal: 'not an administrator' })
  return principal
}
