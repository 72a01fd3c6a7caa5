import { createPrincipalVerifier, PRINCIPAL_HEADER } from '@parley/principal'
import t from 'tap'
import { startTestPrincipals } from '../src/index.ts'

t.test('headers are those the gateway sends: any service given the key set accepts them', async (t) => {
  const principals = await startTestPrincipals()
  const verifier = createPrincipalVerifier({ jwks: principals.jwksJson })
  const headers = await principals.header({ plan: 'pro' })
  t.match(await verifier.verify(headers[PRINCIPAL_HEADER] ?? ''), { plan: 'pro', role: 'user' })

  const others = await startTestPrincipals()
  await t.rejects(others.verifier.verify(headers[PRINCIPAL_HEADER] ?? ''), { code: 'unauthenticated' })
})
