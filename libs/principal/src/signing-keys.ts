import { exportJWK, generateKeyPair, type JWK } from 'jose'

/** Private Ed25519 key as JWK. `kid` names the service that signs with it and is the `iss` of its tokens. */
export type PrivateJwk = JWK & { kid: string }

/** The public half, as it stands in a JWKS. */
export type PublicJwk = JWK & { kid: string }

/** A new Ed25519 key pair. `kid` is the name of the signing service, or any unique word for access token keys. */
export async function generateSigningJwk(kid: string): Promise<{ privateJwk: PrivateJwk; publicJwk: PublicJwk }> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const privateJwk: PrivateJwk = { ...(await exportJWK(privateKey)), kid, alg: 'EdDSA', use: 'sig' }
  return { privateJwk, publicJwk: publicJwkOf(privateJwk) }
}

/** The public half of a private JWK. */
export function publicJwkOf({ kty, crv, x, kid }: PrivateJwk): PublicJwk {
  return { kty, crv, x, kid, alg: 'EdDSA', use: 'sig' }
}
