import type { FastifyReply, FastifyRequest } from 'fastify'

/** What the auth service hands out for the cookies. Times in seconds. */
export interface SessionTokens {
  accessToken: string
  expiresIn: number
  refreshToken: string
  refreshExpiresIn: number
}

export type SessionCookies = ReturnType<typeof createSessionCookies>

/**
 * The two cookies of a session: HttpOnly, SameSite=Lax, Path=/; on https also Secure and named `__Host-…`, which
 * binds them to this very host.
 */
export function createSessionCookies({ publicUrl }: { publicUrl: string }) {
  const isSecure = new URL(publicUrl).protocol === 'https:'
  const prefix = isSecure ? '__Host-' : ''
  const names = { access: `${prefix}parley_access`, refresh: `${prefix}parley_refresh` }
  const attributes = { path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure } as const

  return {
    access: (request: FastifyRequest): string | undefined => request.cookies[names.access],
    refresh: (request: FastifyRequest): string | undefined => request.cookies[names.refresh],
    /** Does the browser send anything along that would act for a user? */
    arePresent: (request: FastifyRequest): boolean => Boolean(request.cookies[names.access] || request.cookies[names.refresh]),
    set(reply: FastifyReply, tokens: SessionTokens): void {
      void reply.setCookie(names.access, tokens.accessToken, { ...attributes, maxAge: tokens.expiresIn })
      void reply.setCookie(names.refresh, tokens.refreshToken, { ...attributes, maxAge: tokens.refreshExpiresIn })
    },
    clear(reply: FastifyReply): void {
      void reply.clearCookie(names.access, attributes)
      void reply.clearCookie(names.refresh, attributes)
    },
  }
}
