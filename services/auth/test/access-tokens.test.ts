import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { isAppError } from '@parley/errors'
import { ACCESS_TOKEN_TYPE, createAccessTokenVerifier, generateSigningJwk } from '@parley/principal'
import { importJWK, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose'
import t from 'tap'
import { claimsOf, PUBLIC_URL, startAuth } from './harness.ts'

const auth = await startAuth()
t.teardown(auth.close)

/** As the gateway verifies: everything it knows about keys comes from the address of the key set. */
const verifier = createAccessTokenVerifier({
  jwksUrl: 'http://auth/.well-known/jwks.json',
  issuer: PUBLIC_URL,
  audience: 'parley',
  fetch: async () => new Response((await auth.ask('GET', '/.well-known/jwks.json')).text),
})
const person = await auth.signUp()
const genuine = claimsOf(person.accessToken)
const { signing, published } = auth.deps.keyRing.current()

async function refusal(token: string): Promise<unknown> {
  return verifier.verify(token).then(
    () => 'accepted',
    (error: unknown) => (isAppError(error) ? error.code : error),
  )
}

async function forged({ header = {}, claims = {} }: { header?: Partial<JWTHeaderParameters>; claims?: JWTPayload }): Promise<string> {
  const full = { alg: 'EdDSA', kid: signing.kid, typ: ACCESS_TOKEN_TYPE, ...header }
  return new SignJWT({ ...genuine, ...claims }).setProtectedHeader(full).sign(await importJWK(signing, 'EdDSA'))
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

t.test(
  'A-1 an access token is EdDSA, short-lived and says who, which session, role, plan and whether the address is confirmed',
  async (t) => {
    const header = JSON.parse(Buffer.from(person.accessToken.split('.')[0] ?? '', 'base64url').toString())
    t.same(header, { alg: 'EdDSA', kid: signing.kid, typ: 'at+jwt' })
    t.match(genuine, { iss: PUBLIC_URL, aud: 'parley', sub: person.id, role: 'user', plan: 'free', email_verified: true, jti: String })
    t.equal(Number(genuine.exp) - Number(genuine.iat), 900)
    t.match(await verifier.verify(person.accessToken), { sub: person.id, sid: person.sessionId })
  },
)

t.test('A-1 the published key set holds public members only', async (t) => {
  const { status, body } = await auth.ask('GET', '/.well-known/jwks.json')
  t.equal(status, 200)
  t.same(body.keys, published)
  for (const key of body.keys) t.same(Object.keys(key).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x'])
})

t.test('A-1 our own signature under any other claim or header is refused', async (t) => {
  const now = Math.floor(Date.now() / 1000)
  t.equal(await refusal(await forged({})), 'accepted', 'the control: an unchanged copy')
  const cases: Record<string, Parameters<typeof forged>[0]> = {
    'another audience': { claims: { aud: 'parley-internal' } },
    'several audiences without ours': { claims: { aud: ['one', 'two'] } },
    'another issuer': { claims: { iss: 'https://evil.test' } },
    expired: { claims: { iat: now - 1000, exp: now - 100 } },
    'no expiry': { claims: { exp: undefined } },
    'not yet valid': { claims: { nbf: now + 3600 } },
    'no session': { claims: { sid: undefined } },
    'an invented role': { claims: { role: 'root' } },
    'another type': { header: { typ: 'JWT' } },
    'a kid that is a path': { header: { kid: '../../etc/passwd' } },
    'a kid that is SQL': { header: { kid: "' OR 1=1 --" } },
    'an unknown kid': { header: { kid: randomUUID() } },
    'no kid': { header: { kid: undefined } },
  }
  for (const [what, change] of Object.entries(cases)) t.equal(await refusal(await forged(change)), 'unauthenticated', what)
})

t.test('A-1 tokens signed with anything but our key are refused', async (t) => {
  const [header, payload] = person.accessToken.split('.')
  const none = part({ alg: 'none', kid: signing.kid, typ: ACCESS_TOKEN_TYPE })
  t.equal(await refusal(`${none}.${payload}.`), 'unauthenticated', 'alg none')
  t.equal(await refusal(`${header}.${payload}.`), 'unauthenticated', 'no signature')
  t.equal(
    await refusal(`${header}.${part({ ...genuine, role: 'admin' })}.${person.accessToken.split('.')[2]}`),
    'unauthenticated',
    'changed claims',
  )

  const publicKey = new TextEncoder().encode(JSON.stringify(published[0]))
  const hmac = new SignJWT(genuine).setProtectedHeader({ alg: 'HS256', kid: signing.kid, typ: ACCESS_TOKEN_TYPE })
  t.equal(await refusal(await hmac.sign(publicKey)), 'unauthenticated', 'HS256 with the public key as its secret')

  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const es256 = new SignJWT(genuine).setProtectedHeader({ alg: 'ES256', kid: signing.kid, typ: ACCESS_TOKEN_TYPE })
  t.equal(await refusal(await es256.sign(privateKey)), 'unauthenticated', 'another algorithm')

  const stranger = await generateSigningJwk(signing.kid)
  const strangers = await importJWK(stranger.privateJwk, 'EdDSA')
  const plain = { alg: 'EdDSA', kid: signing.kid, typ: ACCESS_TOKEN_TYPE }
  t.equal(
    await refusal(await new SignJWT(genuine).setProtectedHeader(plain).sign(strangers)),
    'unauthenticated',
    'a stranger’s key under our kid',
  )
  for (const bait of [{ jwk: stranger.publicJwk }, { jku: 'https://evil.test/jwks.json' }, { x5u: 'https://evil.test/cert.pem' }]) {
    const baited = new SignJWT(genuine).setProtectedHeader({ ...plain, ...bait })
    t.equal(await refusal(await baited.sign(strangers)), 'unauthenticated', `a key brought along in ${Object.keys(bait)[0]}`)
  }
})

t.test('A-1 64 KB of token are refused unread', async (t) => {
  t.equal(await refusal(`${person.accessToken}${'A'.repeat(65_536)}`), 'unauthenticated')
  t.equal(await refusal('A'.repeat(65_536)), 'unauthenticated')
})

t.test('A2 an access token never outlives its session', async (t) => {
  await auth.sql("UPDATE session SET expires_at = now() + interval '60 seconds' WHERE id = $1", [person.sessionId])
  const { body } = await auth.ask('POST', '/api/v1/auth/refresh', { body: { refreshToken: person.refreshToken } })
  t.ok(body.expiresIn > 50 && body.expiresIn <= 60)
  t.ok(body.refreshExpiresIn > 50 && body.refreshExpiresIn <= 60)
})
