import { createPrincipalSigner, createPrincipalVerifier, generateSigningJwk, PRINCIPAL_HEADER, type Principal } from '@parley/principal'
import { aPrincipal } from './factories.ts'

/** What the gateway does for a service under test: keys, and the header of a signed-in person. */
export interface TestPrincipals {
  /** The value of PRINCIPAL_JWKS: public keys of 'gateway' and 'chat'. */
  jwksJson: string
  /** The value of PRINCIPAL_SIGNING_KEY for a chat under test. */
  chatSigningKeyJson: string
  /** Signs as the gateway. */
  signer: ReturnType<typeof createPrincipalSigner>
  /** Signs as chat, for what only chat may call. */
  chatSigner: ReturnType<typeof createPrincipalSigner>
  verifier: ReturnType<typeof createPrincipalVerifier>
  /** Headers of a request the gateway forwards for this person; missing fields are filled by `aPrincipal`. */
  header(principal?: Partial<Principal>): Promise<Record<string, string>>
}

export async function startTestPrincipals(): Promise<TestPrincipals> {
  const [gateway, chat] = await Promise.all([generateSigningJwk('gateway'), generateSigningJwk('chat')])
  const jwks = { keys: [gateway.publicJwk, chat.publicJwk] }
  const signer = createPrincipalSigner({ privateJwk: gateway.privateJwk })
  return {
    jwksJson: JSON.stringify(jwks),
    chatSigningKeyJson: JSON.stringify(chat.privateJwk),
    signer,
    chatSigner: createPrincipalSigner({ privateJwk: chat.privateJwk }),
    verifier: createPrincipalVerifier({ jwks }),
    header: async (principal) => ({ [PRINCIPAL_HEADER]: await signer.sign(aPrincipal(principal)) }),
  }
}
