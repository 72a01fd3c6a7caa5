/** Who is asking: access tokens of people at the edge, short-lived principal tokens between our services. */

export { ACCESS_TOKEN_AUDIENCE, ACCESS_TOKEN_TYPE, type AccessClaims } from './access-claims.ts'
export { type AccessTokenVerifier, createAccessTokenVerifier } from './access-token-verifier.ts'
export { apiKeyHash, createApiKey, looksLikeApiKey } from './api-key-text.ts'
export { PRINCIPAL_AUDIENCE, PRINCIPAL_HEADER, type Principal } from './principal.ts'
export { createPrincipalSigner, type PrincipalSigner } from './principal-signer.ts'
export { createPrincipalVerifier, type PrincipalVerifier } from './principal-verifier.ts'
export { generateSigningJwk, type PrivateJwk, type PublicJwk, publicJwkOf } from './signing-keys.ts'
