import { createHmac } from 'node:crypto'
import { importJWK, type JWTPayload, SignJWT } from 'jose'
import t from 'tap'
import { createAccessTokenVerifier, generateSigningJwk, type PrivateJwk } from '../src/index.ts'

const issuer = 'https://parley.test'
const audience = 'parley'
const claims = { sub: 'u1', sid: 's1', role: 'user', plan: 'free', email_verified: true, jti: 'j1' }

async function sign(
  privateJwk: PrivateJwk,
  { header = {}, payload = {} }: { header?: object; payload?: JWTPayload } = {},
): Promise<string> {
  return new SignJWT({ ...claims, iss: issuer, aud: audience, iat: nowS(), exp: nowS() + 900, ...payload })
    .setProtectedHeader({ alg: 'EdDSA', kid: privateJwk.kid, typ: 'at+jwt', ...header })
    .sign(await importJWK(privateJwk, 'EdDSA'))
}
const nowS = () => Math.floor(Date.now() / 1000)
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A verifier over a key set that counts how often it is asked for. */
function world(initial: object[]) {
  const state = { keys: initial, fetches: 0, isAway: false }
  const fetch: typeof globalThis.fetch = async () => {
    state.fetches++
    if (state.isAway) throw new TypeError('fetch failed')
    return Response.json({ keys: state.keys })
  }
  return { state, verifier: createAccessTokenVerifier({ jwksUrl: 'http://auth.test/jwks', issuer, audience, fetch }) }
}

t.test('a valid token gives its claims, and is verified once', async (t) => {
  const key = await generateSigningJwk('k1')
  const { state, verifier } = world([key.publicJwk])
  const token = await sign(key.privateJwk)
  t.match(await verifier.verify(token), { sub: 'u1', sid: 's1', role: 'user', plan: 'free', email_verified: true })
  t.equal(await verifier.verify(token), await verifier.verify(token))
  t.equal(state.fetches, 1)
})

t.test('A-1 one algorithm, issuer, audience, type, expiry and every claim are required', async (t) => {
  const key = await generateSigningJwk('k1')
  const { verifier } = world([key.publicJwk])
  const head = { alg: 'HS256', kid: 'k1', typ: 'at+jwt' }
  const body = { ...claims, iss: issuer, aud: audience, iat: nowS(), exp: nowS() + 900 }
  const input = `${base64url(head)}.${base64url(body)}`
  const bad = {
    'HS256 signed with the public key': `${input}.${createHmac('sha256', String(key.publicJwk.x)).update(input).digest('base64url')}`,
    'alg none': `${base64url({ ...head, alg: 'none' })}.${base64url(body)}.`,
    'wrong audience': await sign(key.privateJwk, { payload: { aud: 'other' } }),
    'wrong issuer': await sign(key.privateJwk, { payload: { iss: 'https://evil.test' } }),
    'principal type': await sign(key.privateJwk, { header: { typ: 'parley-principal+jwt' } }),
    expired: await sign(key.privateJwk, { payload: { exp: nowS() - 60 } }),
    'no session': await sign(key.privateJwk, { payload: { sid: undefined } }),
    'unknown role': await sign(key.privateJwk, { payload: { role: 'root' } }),
    'changed payload': (await sign(key.privateJwk)).replace(/\.[^.]+\./, `.${base64url({ ...body, role: 'admin' })}.`),
    '64 KB': 'a'.repeat(65_536),
    empty: '',
  }
  for (const [name, token] of Object.entries(bad)) await t.rejects(verifier.verify(token), { code: 'unauthenticated' }, name)
})

t.test('A-1 jku, x5u and jwk in a token are not looked at; a kid with path or SQL is refused without a fetch', async (t) => {
  const key = await generateSigningJwk('k1')
  const evil = await generateSigningJwk('evil')
  const { state, verifier } = world([key.publicJwk])
  await verifier.verify(await sign(key.privateJwk))
  const foreign = { jku: 'http://evil.test/jwks', x5u: 'http://evil.test/x5u', jwk: evil.publicJwk }
  await t.rejects(verifier.verify(await sign({ ...evil.privateJwk, kid: 'k1' }, { header: foreign })), { code: 'unauthenticated' })
  for (const kid of ['../../etc/passwd', "' OR 1=1 --", '', 'x'.repeat(200)]) {
    await t.rejects(verifier.verify(await sign(evil.privateJwk, { header: { ...foreign, kid } })), { code: 'unauthenticated' })
  }
  t.equal(state.fetches, 1)
})

t.test('A-2 keys rotate without a refused token, and 1,000 unknown kids cause at most 2 fetches', async (t) => {
  const [old, next, evil] = await Promise.all(['k1', 'k2', 'evil'].map(generateSigningJwk))
  if (!old || !next || !evil) throw new Error('no keys')
  const { state, verifier } = world([old.publicJwk, next.publicJwk])
  await verifier.verify(await sign(old.privateJwk))
  await t.resolves(verifier.verify(await sign(next.privateJwk)))
  await Promise.all(
    Array.from({ length: 1000 }, async (_, i) => {
      const token = await sign(evil.privateJwk, { header: { kid: `random-${i}` } })
      await verifier.verify(token).then(
        () => t.fail('accepted'),
        () => undefined,
      )
    }),
  )
  t.ok(state.fetches <= 2, `${state.fetches} fetches`)
})

t.test('F-4 with auth away known keys go on; an unknown key is service_busy, not a refusal', async (t) => {
  const [known, unknown] = await Promise.all(['k1', 'k2'].map(generateSigningJwk))
  if (!known || !unknown) throw new Error('no keys')
  const { state, verifier } = world([known.publicJwk])
  await verifier.verify(await sign(known.privateJwk))
  state.isAway = true
  await t.resolves(verifier.verify(await sign(known.privateJwk, { payload: { jti: 'j2' } })))
  const fresh = world([])
  fresh.state.isAway = true
  await t.rejects(fresh.verifier.verify(await sign(unknown.privateJwk)), { code: 'service_busy' })
})
