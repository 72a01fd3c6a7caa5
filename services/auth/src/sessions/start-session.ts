import { v7 as newId } from 'uuid'
import type { Account } from '../accounts/account.ts'
import type { Stores } from '../stores.ts'
import type { Device } from './device.ts'
import { createFamilyKey, createRefreshToken } from './refresh-token.ts'
import type { SessionGrant } from './session.ts'

export interface SessionStart {
  account: Account
  device: Device
  ttlS: number
  /** What the person proved herself with. */
  method: 'password' | 'verify_address' | 'magic_link'
}

/** Opens a session, in the caller's transaction. */
export async function startSession(
  { sessions, audit }: Pick<Stores, 'sessions' | 'audit'>,
  { account, device, ttlS, method }: SessionStart,
): Promise<SessionGrant> {
  const sessionId = newId()
  const familyKey = createFamilyKey()
  const token = createRefreshToken(sessionId, familyKey)
  const times = await sessions.start({ accountId: account.id, familyKey, token, device, ttlS })
  await audit.record({ action: 'session.started', actorId: account.id, subjectId: account.id, device, detail: { sessionId, method } })
  return { account, sessionId, refreshToken: token.text, ...times }
}
