import { commonErrors } from '@parley/errors'
import { errors as joseErrors } from 'jose'

/** Ours are under 1 KB; anything much longer is refused before a byte of it is decoded. */
const TOKEN_MAX_CHARACTERS = 4096

/** The one algorithm. `alg` of a token is compared with it, never used to choose. */
export const ALGORITHM = 'EdDSA'

/** Refuses what cannot be a compact JWS of ours, before any decoding. */
export function refuseOversized(token: string): void {
  if (token.length > TOKEN_MAX_CHARACTERS) throw commonErrors.unauthenticated({ internal: `token of ${token.length} characters` })
}

/** A failed verification as the error for the caller; the reason stays in the log. Errors that are not about the token pass through. */
export function asUnauthenticated(error: unknown): unknown {
  if (!(error instanceof joseErrors.JOSEError)) return error
  return commonErrors.unauthenticated({ internal: `token refused: ${error.code} ${error.message}`, cause: error })
}
