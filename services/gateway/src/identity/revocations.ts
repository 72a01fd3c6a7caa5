import type { SessionRevoked } from '@parley/contracts'
import type { AccessClaims } from '@parley/principal'

export type Revocations = ReturnType<typeof createRevocations>

/** Which access tokens are void before their expiry, in memory. An entry is kept as long as such a token could still live. */
export function createRevocations({ accessTokenTtlMs }: { accessTokenTtlMs: number }) {
  const sessions = new Map<string, { forgetAtMs: number }>()
  const users = new Map<string, { beforeMs: number; forgetAtMs: number }>()

  return {
    add({ userId, sessionIds }: Pick<SessionRevoked, 'userId' | 'sessionIds'>, occurredAt: Date): void {
      const forgetAtMs = occurredAt.getTime() + accessTokenTtlMs + CLOCK_MARGIN_MS
      if (forgetAtMs < Date.now()) return
      for (const id of sessionIds) sessions.set(id, { forgetAtMs })
      if (sessionIds.length === 0) users.set(userId, { beforeMs: occurredAt.getTime(), forgetAtMs })
    },
    isRevoked({ sub, sid, iat }: AccessClaims): boolean {
      if (sessions.has(sid)) return true
      const all = users.get(sub)
      return all !== undefined && beganAtMs(sid, iat) < all.beforeMs
    },
    forgetExpired(): void {
      const now = Date.now()
      for (const [id, { forgetAtMs }] of sessions) if (forgetAtMs < now) sessions.delete(id)
      for (const [id, { forgetAtMs }] of users) if (forgetAtMs < now) users.delete(id)
    },
  }
}

/** Pods' clocks may differ by this much (F-19). */
const CLOCK_MARGIN_MS = 150_000

const UUID_V7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7/i

/** A session's id is a UUIDv7 and tells to the millisecond when it began; a token's `iat` only knows seconds. */
function beganAtMs(sessionId: string, issuedAtS: number): number {
  const match = UUID_V7.exec(sessionId)
  return match ? Number.parseInt(`${match[1]}${match[2]}`, 16) : issuedAtS * 1000
}
