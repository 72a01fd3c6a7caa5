import { isAppError } from '@parley/errors'
import type { Principal } from '@parley/principal'

/** Whose key it is and what it may do, as auth said. */
export interface ApiKeyOwner extends Pick<Principal, 'userId' | 'role' | 'plan'> {
  keyId: string
  scopes: ReadonlySet<string>
  expiresAtMs: number
}

/** Null for a hash that belongs to no good key. Throws AppError when auth cannot be asked. */
export type VerifyApiKey = (hash: Uint8Array<ArrayBuffer>) => Promise<ApiKeyOwner | null>

export type KnownApiKeys = ReturnType<typeof createKnownApiKeys>

interface Options {
  verify: VerifyApiKey
  /** While auth cannot be asked, what it said last counts for so long, as an access token would (F-4). */
  graceMs: number
  /** Changes nobody tells us of (role, plan, expiry) are noticed after so long. */
  freshMs?: number
  /** A hash that belonged to nobody is asked for again after so long. */
  unknownMs?: number
  capacity?: number
  now?: () => number
}

/** After auth could not be asked: no request waits for it again and again. */
const REST_MS = 1_000

interface Entry {
  owner: ApiKeyOwner
  askedAtMs: number
  freshUntilMs: number
}

/**
 * Keys that were shown to this replica, by their hash. Auth is asked once for each at a time, and again when the answer
 * is no longer fresh. Right and wrong keys are remembered apart, each at most `capacity`: a flood of wrong ones pushes no
 * right one out.
 */
export function createKnownApiKeys({ verify, graceMs, freshMs = 30_000, unknownMs = 10_000, capacity = 10_000, now = Date.now }: Options) {
  const known = new Map<string, Entry>()
  const unknown = new Map<string, number>()
  const asking = new Map<string, Promise<ApiKeyOwner | null>>()
  /** By key id, until nothing that was said about the key earlier can count any more. */
  const revoked = new Map<string, number>()
  let forgotten = 0

  async function ask(name: string, hash: Uint8Array<ArrayBuffer>): Promise<ApiKeyOwner | null> {
    const askedAtMs = now()
    const forgottenBefore = forgotten
    const owner = await verify(hash)
    // Said before something changed: good for the one who asked, not to be kept.
    if (forgotten !== forgottenBefore) return owner
    known.delete(name)
    if (owner) keep(known, name, { owner, askedAtMs, freshUntilMs: askedAtMs + freshMs })
    else keep(unknown, name, askedAtMs + unknownMs)
    return owner
  }

  function keep<T>(map: Map<string, T>, name: string, value: T): void {
    if (map.size >= capacity) {
      const oldest = map.keys().next()
      if (!oldest.done) map.delete(oldest.value)
    }
    map.set(name, value)
  }

  function askOnce(name: string, hash: Uint8Array<ArrayBuffer>): Promise<ApiKeyOwner | null> {
    const running = asking.get(name) ?? ask(name, hash).finally(() => asking.delete(name))
    asking.set(name, running)
    return running
  }

  async function find(hash: Uint8Array<ArrayBuffer>): Promise<ApiKeyOwner | null> {
    const name = Buffer.from(hash).toString('base64')
    const entry = known.get(name)
    if (entry && now() < entry.freshUntilMs) return entry.owner
    if ((unknown.get(name) ?? 0) > now()) return null
    try {
      return await askOnce(name, hash)
    } catch (error) {
      if (!entry || !isAppError(error) || now() >= entry.askedAtMs + graceMs) throw error
      entry.freshUntilMs = now() + REST_MS
      return entry.owner
    }
  }

  return {
    /** The owner of a key that is good now; null for any other. Throws AppError when nobody can say. */
    async find(hash: Uint8Array<ArrayBuffer>): Promise<ApiKeyOwner | null> {
      const owner = await find(hash)
      return owner && owner.expiresAtMs > now() && !revoked.has(owner.keyId) ? owner : null
    },

    /** The key is void, whatever was or is about to be said about it. */
    revoke(keyId: string): void {
      for (const [id, forgetAtMs] of revoked) if (forgetAtMs < now()) revoked.delete(id)
      revoked.set(keyId, now() + graceMs + freshMs)
    },

    /** Something about the user has changed: auth is asked anew. */
    forget(userId: string): void {
      forgotten += 1
      for (const [name, { owner }] of known) if (owner.userId === userId) known.delete(name)
    },
  }
}
