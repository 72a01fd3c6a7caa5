import type { Database } from '../database.ts'
import type { Device } from './device.ts'
import type { RefreshToken } from './refresh-token.ts'
import type { RevocationReason, Session } from './session.ts'

/** How long the parent of the current token still counts: the time concurrent refreshes of one browser are apart. */
const GRACE_S = 10

type Bytes = Uint8Array<ArrayBuffer>

export interface NewSession {
  accountId: string
  familyKey: Bytes
  token: RefreshToken
  device: Device
  ttlS: number
}

/** By the database's clock. */
export interface GrantTimes {
  grantedAt: Date
  expiresAt: Date
}

/** What judging a presented refresh token needs. */
export interface TokenFamily extends GrantTimes {
  accountId: string
  familyKey: Uint8Array
  currentHash: Uint8Array
  parentHash: Uint8Array | null
  currentSealed: Uint8Array | null
  revokedReason: string | null
  isExpired: boolean
  /** Was the current token made within the grace, so that its parent still counts? */
  isJustRotated: boolean
}

export function sessionsStore(database: Database) {
  return {
    async start({ accountId, familyKey, token, device, ttlS }: NewSession): Promise<GrantTimes> {
      const [times] = await database.$queryRaw<GrantTimes[]>`
        INSERT INTO session (id, account_id, family_key, current_hash, user_agent, ip_prefix, expires_at)
        VALUES (${token.sessionId}::uuid, ${accountId}::uuid, ${familyKey}, ${token.hash}, ${device.userAgent}, ${device.ipPrefix},
                clock_timestamp() + make_interval(secs => ${ttlS}::float8))
        RETURNING clock_timestamp() AS "grantedAt", expires_at AS "expiresAt"`
      if (!times) throw new Error('the new session was not returned')
      return times
    },

    async findFamily(sessionId: string): Promise<TokenFamily | null> {
      const [family] = await database.$queryRaw<TokenFamily[]>`
        SELECT account_id AS "accountId", family_key AS "familyKey", current_hash AS "currentHash", parent_hash AS "parentHash",
               current_sealed AS "currentSealed", revoked_reason AS "revokedReason", expires_at AS "expiresAt",
               clock_timestamp() AS "grantedAt", expires_at <= clock_timestamp() AS "isExpired",
               coalesce(rotated_at > clock_timestamp() - make_interval(secs => ${GRACE_S}::float8), false) AS "isJustRotated"
        FROM session WHERE id = ${sessionId}::uuid`
      return family ?? null
    },

    /** Replaces `presented` by `next`, in one statement. Null when it is not the current token (any more): somebody else was first. */
    async rotate(presented: RefreshToken, next: RefreshToken, sealed: Bytes, device: Device): Promise<GrantTimes | null> {
      const [times] = await database.$queryRaw<GrantTimes[]>`
        UPDATE session SET parent_hash = current_hash, current_hash = ${next.hash}, current_sealed = ${sealed},
               rotated_at = clock_timestamp(), last_used_at = clock_timestamp(), user_agent = ${device.userAgent}, ip_prefix = ${device.ipPrefix}
        WHERE id = ${presented.sessionId}::uuid AND current_hash = ${presented.hash}
              AND revoked_at IS NULL AND expires_at > clock_timestamp()
        RETURNING clock_timestamp() AS "grantedAt", expires_at AS "expiresAt"`
      return times ?? null
    },

    /** Ends one session of the account. False when there was no such open session. */
    async revoke(accountId: string, sessionId: string, reason: RevocationReason): Promise<boolean> {
      const changed = await database.$executeRaw`
        UPDATE session SET revoked_at = clock_timestamp(), revoked_reason = ${reason}, current_sealed = NULL
        WHERE id = ${sessionId}::uuid AND account_id = ${accountId}::uuid AND revoked_at IS NULL AND expires_at > clock_timestamp()`
      return changed > 0
    },

    /** Ends every open session of the account; returns their ids. */
    async revokeAll(accountId: string, reason: RevocationReason): Promise<string[]> {
      const rows = await database.$queryRaw<{ id: string }[]>`
        UPDATE session SET revoked_at = clock_timestamp(), revoked_reason = ${reason}, current_sealed = NULL
        WHERE account_id = ${accountId}::uuid AND revoked_at IS NULL AND expires_at > clock_timestamp() RETURNING id`
      return rows.map(({ id }) => id)
    },

    /** Open sessions, last used first. */
    async listOpen(accountId: string, limit: number): Promise<Session[]> {
      return database.$queryRaw<Session[]>`
        SELECT id, user_agent AS "userAgent", ip_prefix AS "ipPrefix", created_at AS "createdAt", last_used_at AS "lastUsedAt",
               expires_at AS "expiresAt"
        FROM session WHERE account_id = ${accountId}::uuid AND revoked_at IS NULL AND expires_at > clock_timestamp()
        ORDER BY last_used_at DESC, id DESC LIMIT ${limit}::int`
    },
  }
}
