import { createTestDatabase, startServiceProcess, startTestNats, startTestPrincipals } from '@parley/testing'
import t from 'tap'
import { PUBLIC_URL, secrets } from './harness.ts'

t.test('I1 the process starts, is ready, describes itself, and drains with exit code 0', async (t) => {
  const [database, nats, principals] = await Promise.all([createTestDatabase('auth'), startTestNats(), startTestPrincipals()])
  t.teardown(async () => {
    await nats.stop()
    await database.drop()
  })
  const environment = { DATABASE_URL: database.url, NATS_URL: nats.url, PRINCIPAL_JWKS: principals.jwksJson, PUBLIC_URL, ...secrets }
  const auth = await startServiceProcess('auth', environment)
  t.teardown(() => auth.kill())

  t.equal((await fetch(`${auth.url}/health/ready`)).status, 200)
  const api = (await (await fetch(`${auth.url}/openapi.json`)).json()) as { paths: Record<string, object> }
  t.same(Object.keys(api.paths).sort(), [
    '/.well-known/jwks.json',
    '/api/v1/admin/audit',
    '/api/v1/auth/login',
    '/api/v1/auth/logout',
    '/api/v1/auth/magic-link',
    '/api/v1/auth/magic-link/consume',
    '/api/v1/auth/password/forgot',
    '/api/v1/auth/password/reset',
    '/api/v1/auth/refresh',
    '/api/v1/auth/register',
    '/api/v1/auth/verify-email',
    '/api/v1/me',
    '/api/v1/me/api-keys',
    '/api/v1/me/api-keys/{id}',
    '/api/v1/me/sessions',
    '/api/v1/me/sessions/{id}',
  ])
  const body = JSON.stringify({ email: 'somebody@example.com', password: 'a secret nobody logs' })
  await fetch(`${auth.url}/api/v1/auth/register`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  t.equal(await auth.stop(), 0)
  t.notMatch(auth.logs(), /a secret nobody logs|somebody@example\.com/)
})

t.test('A-23 a wrong environment stops the process with a list', async (t) => {
  await t.rejects(startServiceProcess('auth', { PUBLIC_URL: 'nonsense', BCRYPT_COST: '99' }), {
    message: /ended \(1\) before it was ready[\s\S]*DATABASE_URL is missing[\s\S]*PUBLIC_URL is wrong[\s\S]*BCRYPT_COST is wrong/,
  })
})
