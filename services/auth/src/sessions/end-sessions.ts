import { timestampNow } from '@bufbuild/protobuf/wkt'
import { events } from '@parley/contracts'
import type { TransactionStores } from '../stores.ts'
import type { Device } from './device.ts'
import { type RevocationReason, wireReason } from './session.ts'

export interface SessionsEnd {
  accountId: string
  reason: RevocationReason
  device: Device
}

type EndingStores = Pick<TransactionStores, 'sessions' | 'audit' | 'publish'>

/** Ends one session of the account, in the caller's transaction. False when there was no such open session. */
export async function endSession(stores: EndingStores, end: SessionsEnd & { sessionId: string }): Promise<boolean> {
  const isEnded = await stores.sessions.revoke(end.accountId, end.sessionId, end.reason)
  if (isEnded) await announce(stores, end, [end.sessionId])
  return isEnded
}

/** Ends all sessions of the account, in the caller's transaction. */
export async function endAllSessions(stores: EndingStores, end: SessionsEnd): Promise<void> {
  const ended = await stores.sessions.revokeAll(end.accountId, end.reason)
  // An empty list would mean 'all of them' to whoever reads the event.
  if (ended.length > 0) await announce(stores, end, ended)
}

/** Everybody who trusts access tokens learns that these are void before they expire. */
async function announce({ audit, publish }: EndingStores, { accountId, reason, device }: SessionsEnd, sessionIds: string[]): Promise<void> {
  await publish(events.sessionRevoked, {
    aggregateId: accountId,
    message: { userId: accountId, sessionIds, reason: wireReason(reason), occurredAt: timestampNow() },
  })
  const action = reason === 'refresh_reused' ? 'session.refresh_reused' : 'session.revoked'
  await audit.record({ action, actorId: accountId, subjectId: accountId, device, detail: { reason, sessionIds } })
}
