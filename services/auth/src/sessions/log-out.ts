import type { Stores, Transact } from '../stores.ts'
import type { Device } from './device.ts'
import { endSession } from './end-sessions.ts'
import { belongsToFamily, parseRefreshToken } from './refresh-token.ts'

export interface LogOut {
  /** Of the cookie or the body; any token the session ever had will do. */
  refreshToken: string | undefined
  /** The session of the access token, when there was a valid one. */
  principal: { userId: string; sessionId: string } | null
  device: Device
}

/** Ends the session behind the refresh token and the one behind the access token, usually the same. Nothing to end is fine too. */
export async function logOut(
  { stores, transact }: { stores: Pick<Stores, 'sessions'>; transact: Transact },
  { refreshToken, principal, device }: LogOut,
): Promise<void> {
  const owned = new Map<string, string>()
  if (principal?.sessionId) owned.set(principal.sessionId, principal.userId)
  const presented = parseRefreshToken(refreshToken ?? '')
  const family = presented && (await stores.sessions.findFamily(presented.sessionId))
  if (presented && family && belongsToFamily(presented, family.familyKey)) owned.set(presented.sessionId, family.accountId)
  if (owned.size === 0) return
  await transact(async (stores) => {
    for (const [sessionId, accountId] of owned) await endSession(stores, { accountId, sessionId, reason: 'logged_out', device })
  })
}
