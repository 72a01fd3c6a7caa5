import { ACCESS_TOKEN_AUDIENCE, ACCESS_TOKEN_TYPE, type AccessClaims, generateSigningJwk, type PublicJwk } from '@parley/principal'
import { importJWK, SignJWT } from 'jose'
import { v7 as newId } from 'uuid'
import { startFakeService } from './fake-service.ts'

export interface TokenFields extends Partial<AccessClaims> {
  /** Seconds from now. */
  expiresIn?: number
}

/** The auth service as the gateway knows it: a key set, tokens, and answers to log-in, refresh and log-out. */
export async function startFakeAuth({ issuer, principalJwks }: { issuer: string; principalJwks: { keys: PublicJwk[] } }) {
  const { privateJwk, publicJwk } = await generateSigningJwk('key-1')
  const key = await importJWK(privateJwk, 'EdDSA')

  async function token({ expiresIn = 900, ...claims }: TokenFields = {}): Promise<string> {
    const nowS = Math.floor(Date.now() / 1000)
    const base = { sub: newId(), sid: newId(), role: 'user', plan: 'free', email_verified: true, jti: newId() }
    return new SignJWT({ ...base, iat: nowS, exp: nowS + expiresIn, ...claims, iss: issuer, aud: ACCESS_TOKEN_AUDIENCE })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'key-1', typ: ACCESS_TOKEN_TYPE })
      .sign(key)
  }
  const user = {
    id: newId(),
    email: 'ada@example.com',
    name: null,
    role: 'user',
    plan: 'free',
    emailVerified: true,
    retention: 'keep',
    createdAt: '2026-01-01T00:00:00Z',
  }
  const grant = async () => ({
    user,
    accessToken: await token({ sub: user.id }),
    expiresIn: 900,
    refreshToken: `refresh-${newId()}`,
    refreshExpiresIn: 2_592_000,
  })
  const problem = { type: 'about:blank', title: 'Unauthorized', status: 401, detail: 'No.', requestId: 'x' }

  const service = await startFakeService(principalJwks, (app) => {
    app.get('/.well-known/jwks.json', async () => ({ keys: [publicJwk] }))
    app.post('/api/v1/auth/login', async (request, reply) => {
      const { password } = (request.body ?? {}) as { password?: string }
      if (password === 'right') return grant()
      return reply
        .code(401)
        .type('application/problem+json')
        .send(JSON.stringify({ ...problem, code: 'invalid_credentials' }))
    })
    app.post('/api/v1/auth/verify-email', grant)
    app.post('/api/v1/auth/refresh', async (request, reply) => {
      const { refreshToken } = (request.body ?? {}) as { refreshToken?: string }
      if (refreshToken?.startsWith('refresh-')) return grant()
      return reply
        .code(401)
        .type('application/problem+json')
        .send(JSON.stringify({ ...problem, code: 'refresh_expired' }))
    })
    app.post('/api/v1/auth/logout', async (_request, reply) => reply.code(204).send())
  })
  return { ...service, token, user }
}
