import { commonErrors, isAppError } from '@parley/errors'
import { type AccessClaims, type AccessTokenVerifier, apiKeyHash, looksLikeApiKey } from '@parley/principal'
import type { FastifyRequest } from 'fastify'
import type { KnownApiKeys } from '../api-keys/known-api-keys.ts'
import { errors } from '../errors.ts'
import type { OpenConnections } from '../sockets/open-connections.ts'
import { type Identity, identityOfApiKey, identityOfToken } from './identity.ts'
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
  apiKeys: Pick<KnownApiKeys, 'find'>
  revocations: Revocations
  cookies: SessionCookies
  connections: Pick<OpenConnections, 'prolong'>
}

const BEARER = /^Bearer +(\S+) *$/i

/**
 * Finds out who asks. A Bearer token or API key that is not valid is an error; a cookie that is not makes the request
 * anonymous, since the browser sends it along with the very requests (log-in, refresh) that replace it.
 */
export async function identify(deps: IdentifyDependencies, request: FastifyRequest): Promise<void> {
  if (request.headers.authorization !== undefined) return identifyBearer(deps, request)
  const token = deps.cookies.access(request)
  if (!token) return
  try {
    request.identity = identityOfToken(await checkToken(deps, token), 'cookie')
  } catch (error) {
    if (!isAppError(error)) throw error
    request.identityError = error
  }
}

/** Finds out who asks by the Authorization header alone: an access token or an API key. */
export async function identifyBearer(deps: IdentifyDependencies, request: FastifyRequest): Promise<void> {
  const bearer = BEARER.exec(request.headers.authorization ?? '')?.[1]
  if (!bearer) throw commonErrors.unauthenticated({ internal: 'no readable authorization header' })
  request.identity = looksLikeApiKey(bearer) ? await identityOfKey(deps, bearer) : identityOfToken(await checkToken(deps, bearer), 'bearer')
}

async function identityOfKey({ apiKeys }: IdentifyDependencies, text: string): Promise<Identity> {
  const hash = apiKeyHash(text)
  const owner = hash && (await apiKeys.find(hash))
  if (!owner) throw errors.invalid_api_key({ internal: hash ? 'an unknown, revoked or expired key' : 'a key with a typing error' })
  return identityOfApiKey(owner)
}

/** The claims of a valid, unrevoked token. */
export async function checkToken({ accessTokens, revocations, connections }: IdentifyDependencies, token: string): Promise<AccessClaims> {
  const claims = await accessTokens.verify(token)
  if (revocations.isRevoked(claims)) throw commonErrors.unauthenticated({ internal: 'session revoked' })
  connections.prolong(claims)
  return claims
}

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
