import { commonErrors, isAppError } from '@parley/errors'
import type { AccessClaims, AccessTokenVerifier } from '@parley/principal'
import type { FastifyRequest } from 'fastify'
import type { OpenConnections } from '../sockets/open-connections.ts'
import { type Identity, principalOf } from './identity.ts'
import type { Revocations } from './revocations.ts'
import type { SessionCookies } from './session-cookies.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null for anonymous requests. */
    identity: Identity | null
    /** Why a cookie did not give an identity: shown by routes that need one. */
    identityError: unknown
  }
}

export interface IdentifyDependencies {
  accessTokens: AccessTokenVerifier
  revocations: Revocations
  cookies: SessionCookies
  connections: Pick<OpenConnections, 'prolong'>
}

const BEARER = /^Bearer +(\S+) *$/i

/**
 * Finds out who asks. A Bearer token that is not valid is an error; a cookie that is not makes the request anonymous,
 * since the browser sends it along with the very requests (log-in, refresh) that replace it.
 */
export async function identify(deps: IdentifyDependencies, request: FastifyRequest): Promise<void> {
  const { authorization } = request.headers
  if (authorization !== undefined) {
    const token = BEARER.exec(authorization)?.[1]
    if (!token) throw commonErrors.unauthenticated({ internal: 'unreadable authorization header' })
    request.identity = identityOf(await checkToken(deps, token), 'bearer')
    return
  }
  const token = deps.cookies.access(request)
  if (!token) return
  try {
    request.identity = identityOf(await checkToken(deps, token), 'cookie')
  } catch (error) {
    if (!isAppError(error)) throw error
    request.identityError = error
  }
}

/** The claims of a valid, unrevoked token. */
export async function checkToken({ accessTokens, revocations, connections }: IdentifyDependencies, token: string): Promise<AccessClaims> {
  const claims = await accessTokens.verify(token)
  if (revocations.isRevoked(claims)) throw commonErrors.unauthenticated({ internal: 'session revoked' })
  connections.prolong(claims)
  return claims
}

const identityOf = (claims: AccessClaims, via: Identity['via']): Identity => ({ claims, principal: principalOf(claims), via })

/** Who asks. Throws `unauthenticated` for anonymous requests, or why the cookie could not be checked. */
export function requireIdentity(request: FastifyRequest): Identity {
  if (request.identity) return request.identity
  throw request.identityError ?? commonErrors.unauthenticated()
}

/** The administrator who asks. Throws `forbidden` for everybody else. */
export function requireAdminIdentity(request: FastifyRequest): Identity {
  const identity = requireIdentity(request)
  if (identity.claims.role !== 'admin') throw commonErrors.forbidden({ internal: 'not an administrator' })
  return identity
}
