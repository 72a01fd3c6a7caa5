import { commonErrors, isAppError } from '@parley/errors'
import type { AccessClaims } from '@parley/principal'
import type { FastifyRequest } from 'fastify'
import type { BanList } from '../bans/ban-list.ts'
import { errors } from '../errors.ts'
import type { Revocations } from '../identity/revocations.ts'
import type { EndReason } from './open-connections.ts'
import type { TicketStore } from './tickets.store.ts'

/** Whom a socket belongs to, or the close code it is closed with: a browser is shown no status of a refused handshake. */
export type SocketAuthorization = { claims: AccessClaims } | { refusal: EndReason }

export interface AuthorizeSocketDependencies {
  tickets: TicketStore
  revocations: Revocations
  bans: BanList
  allowedOrigins: ReadonlySet<string>
}

const TICKET_MAX_CHARACTERS = 128

/**
 * a socket opens by ticket, by Bearer token or by cookie; by cookie only from an allowed Origin, and from a
 * foreign one not at all. Throws for what is refused at the handshake: foreign origin (403), bad ticket (401).
 */
export async function authorizeSocket(
  deps: AuthorizeSocketDependencies,
  request: FastifyRequest,
  ticket?: string,
): Promise<SocketAuthorization> {
  const { origin } = request.headers
  if (origin !== undefined && !deps.allowedOrigins.has(origin)) throw errors.origin_rejected({ internal: `origin ${origin.slice(0, 200)}` })
  const claims = ticket === undefined ? claimsOfRequest(request) : await claimsOfTicket(deps, ticket)
  if (!claims) return { refusal: 'unauthenticated' }
  if (deps.bans.isUserBanned(claims.sub)) return { refusal: 'banned' }
  return { claims }
}

function claimsOfRequest(request: FastifyRequest): AccessClaims | null {
  const { identity, identityError, headers } = request
  if (identity?.via === 'cookie' && headers.origin === undefined) throw errors.origin_rejected({ internal: 'cookie without origin' })
  if (isAppError(identityError) && identityError.kind === 'unavailable') throw identityError
  return identity?.claims ?? null
}

async function claimsOfTicket({ tickets, revocations }: AuthorizeSocketDependencies, ticket: string): Promise<AccessClaims> {
  const claims = ticket.length <= TICKET_MAX_CHARACTERS ? await tickets.redeem(ticket) : null
  if (!claims) throw errors.invalid_ticket()
  if (revocations.isRevoked(claims) || claims.exp * 1000 < Date.now())
    throw commonErrors.unauthenticated({ internal: 'session of the ticket has ended' })
  return claims
}
