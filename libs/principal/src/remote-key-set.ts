import { commonErrors } from '@parley/errors'
import { type CryptoKey, importJWK, type JWK } from 'jose'
import { ALGORITHM } from './token-guard.ts'

const UNKNOWN_KID_INTERVAL_MS = 30_000
const RETRY_AFTER_FAILURE_MS = 1_000
/** Keys are read again this often even when every `kid` is known, so that a withdrawn key dies out. */
const STALE_MS = 10 * 60_000
const FETCH_TIMEOUT_MS = 3_000
const KID = /^[\w.-]{1,128}$/

export interface RemoteKeySet {
  /** The public key named `kid`. Throws `unauthenticated` when there is none, `service_busy` when it cannot be asked for. */
  find(kid: unknown): Promise<CryptoKey>
}

/**
 * The Ed25519 keys of a JWKS address, cached. An unknown `kid` causes at most one fetch per 30 s, however many
 * tokens carry one; a fetch that failed may be repeated after 1 s. While the address is away, known keys go on working (F-4).
 */
export function createRemoteKeySet({ url, fetch = globalThis.fetch }: { url: string; fetch?: typeof globalThis.fetch }): RemoteKeySet {
  let keys = new Map<string, CryptoKey>()
  let nextFetchAtMs = 0
  let staleAtMs = 0
  let hasFailed = false
  let running: Promise<void> | undefined

  async function load(): Promise<void> {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS), redirect: 'error' })
      if (!response.ok) throw new Error(`status ${response.status}`)
      keys = await importKeys(await response.json())
      hasFailed = false
      nextFetchAtMs = Date.now() + UNKNOWN_KID_INTERVAL_MS
      staleAtMs = Date.now() + STALE_MS
    } catch {
      hasFailed = true
      nextFetchAtMs = Date.now() + RETRY_AFTER_FAILURE_MS
    }
  }

  function refresh(): Promise<void> {
    running ??= load().finally(() => {
      running = undefined
    })
    return running
  }

  return {
    async find(kid) {
      if (typeof kid !== 'string' || !KID.test(kid)) throw commonErrors.unauthenticated({ internal: 'token without a usable kid' })
      const known = keys.get(kid)
      if (known) {
        if (Date.now() > staleAtMs && Date.now() > nextFetchAtMs) void refresh()
        return known
      }
      if (running || Date.now() >= nextFetchAtMs) await refresh()
      const found = keys.get(kid)
      if (found) return found
      if (hasFailed) throw commonErrors.service_busy({ internal: `no keys from ${url}`, retryAfterS: 1 })
      throw commonErrors.unauthenticated({ internal: 'token signed with an unknown key' })
    },
  }
}

/** The usable keys of a JWKS body; others (RSA, EC, encryption) are left out. */
async function importKeys(body: unknown): Promise<Map<string, CryptoKey>> {
  const list = (body as { keys?: unknown } | null)?.keys
  if (!Array.isArray(list)) throw new Error('not a JWKS')
  const usable = (list as JWK[]).filter(({ kty, crv, kid, use }) => kty === 'OKP' && crv === 'Ed25519' && kid && (use ?? 'sig') === 'sig')
  const imported = usable.map(async ({ kty, crv, x, kid }) => [kid ?? '', await importJWK({ kty, crv, x }, ALGORITHM)] as const)
  return new Map((await Promise.all(imported)) as [string, CryptoKey][])
}
