import { importJWK, SignJWT } from 'jose'
import t from 'tap'
import { createPrincipalSigner, createPrincipalVerifier, generateSigningJwk, type Principal } from '../src/index.ts'

const ada: Principal = { userId: '01935f2e-0000-7000-8000-000000000001', role: 'user', plan: 'free', sessionId: 's1' }
const gateway = await generateSigningJwk('gateway')
const chat = await generateSigningJwk('chat')
const verifier = createPrincipalVerifier({ jwks: JSON.stringify({ keys: [gateway.publicJwk, chat.publicJwk] }) })

async function tokenWith(header: object, claims: object, jwk = gateway.privateJwk): Promise<string> {
  const body = { iss: 'gateway', aud: 'parley-internal', sub: ada.userId, role: 'user', plan: 'free', sid: 's1', ...claims }
  const jwt = new SignJWT(body).setProtectedHeader({ alg: 'EdDSA', kid: jwk.kid, typ: 'parley-principal+jwt', ...header }).setIssuedAt()
  return jwt.setExpirationTime((claims as { exp?: number }).exp ?? '60s').sign(await importJWK(jwk, 'EdDSA'))
}

t.test('a signed principal comes out as it went in, and is signed once per half minute', async (t) => {
  const signer = createPrincipalSigner(gateway)
  const token = await signer.sign(ada)
  t.strictSame(await verifier.verify(token), ada)
  t.equal(await signer.sign({ ...ada }), token)
  t.not(await signer.sign({ ...ada, role: 'admin' }), token)
})

t.test('A-19 a service cannot sign in another’s name', async (t) => {
  await t.rejects(verifier.verify(await tokenWith({}, { iss: 'gateway' }, chat.privateJwk)), { code: 'unauthenticated' })
  t.strictSame(await verifier.verify(await tokenWith({}, { iss: 'chat' }, chat.privateJwk)), ada)
})

t.test('A-1 wrong audience, type, key, role or expiry is refused', async (t) => {
  const stranger = await generateSigningJwk('gateway')
  const bad = {
    audience: await tokenWith({}, { aud: 'parley' }),
    'type of an access token': await tokenWith({ typ: 'at+jwt' }, {}),
    'a stranger’s key under a known kid': await tokenWith({}, {}, stranger.privateJwk),
    'unknown kid': await tokenWith({ kid: 'nobody' }, {}),
    'unknown role': await tokenWith({}, { role: 'root' }),
    expired: await tokenWith({}, { exp: Math.floor(Date.now() / 1000) - 3600 }),
  }
  for (const [name, token] of Object.entries(bad)) await t.rejects(verifier.verify(token), { code: 'unauthenticated' }, name)
})

t.test('F-19 a token of a pod whose clock is 2 min behind is accepted', async (t) => {
  await t.resolves(verifier.verify(await tokenWith({}, { exp: Math.floor(Date.now() / 1000) - 61 })))
})

t.test('A-1 alg none, garbage and oversized tokens are refused', async (t) => {
  const none = `${btoa('{"alg":"none","typ":"parley-principal+jwt"}')}.${btoa('{"sub":"x"}')}.`
  for (const token of ['', 'a.b.c', none, 'x'.repeat(65_536)]) await t.rejects(verifier.verify(token), { code: 'unauthenticated' })
})
