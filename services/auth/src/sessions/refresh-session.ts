import { errors } from '../errors.ts'
import type { Stores, Transact } from '../stores.ts'
import type { Device } from './device.ts'
import { endSession } from './end-sessions.ts'
import {
  belongsToFamily,
  createRefreshToken,
  isSameHash,
  openWithParent,
  parseRefreshToken,
  type RefreshToken,
  sealForParent,
} from './refresh-token.ts'
import type { SessionGrant } from './session.ts'
import type { GrantTimes, TokenFamily } from './sessions.store.ts'

interface Dependencies {
  stores: Pick<Stores, 'accounts' | 'sessions'>
  transact: Transact
}

/**
 * Trades a refresh token for the next one. Whoever presents the parent of a token that is younger than ten seconds
 * gets that same token: tabs that refresh at once log nobody out. Any older token of the family is a copy in wrong hands
 * or the original after a theft; which of both cannot be told, so the family ends.
 */
export async function refreshSession(
  { stores, transact }: Dependencies,
  { refreshToken, device }: { refreshToken: string; device: Device },
): Promise<SessionGrant> {
  const presented = parseRefreshToken(refreshToken)
  if (!presented) throw errors.refresh_expired({ internal: 'not a refresh token' })

  const family = await openFamily(stores, presented)
  const next = await takeCurrent(stores, family, presented, device)
  if (!next) {
    const reuse = { accountId: family.accountId, sessionId: presented.sessionId, reason: 'refresh_reused' as const, device }
    await transact((stores) => endSession(stores, reuse))
    throw errors.refresh_reused({ internal: 'an old refresh token was presented' })
  }
  const account = await stores.accounts.findById(family.accountId)
  if (!account) throw errors.refresh_expired({ internal: 'the account is gone' })
  return { account, sessionId: presented.sessionId, ...next }
}

async function openFamily({ sessions }: Pick<Stores, 'sessions'>, presented: RefreshToken): Promise<TokenFamily> {
  const family = await sessions.findFamily(presented.sessionId)
  if (!family || !belongsToFamily(presented, family.familyKey)) throw errors.refresh_expired({ internal: 'no such refresh token' })
  if (family.revokedReason === 'refresh_reused') throw errors.refresh_reused({ internal: 'family ended before' })
  if (family.revokedReason !== null) throw errors.refresh_expired({ internal: `session was ended: ${family.revokedReason}` })
  if (family.isExpired) throw errors.refresh_expired({ internal: 'session is over' })
  return family
}

/** The token to go on with; null when `presented` is too old to have one. */
async function takeCurrent(
  { sessions }: Pick<Stores, 'sessions'>,
  family: TokenFamily,
  presented: RefreshToken,
  device: Device,
): Promise<(GrantTimes & { refreshToken: string }) | null> {
  if (isSameHash(presented.hash, family.currentHash)) {
    const next = createRefreshToken(presented.sessionId, family.familyKey)
    const times = await sessions.rotate(presented, next, sealForParent(next, presented), device)
    if (times) return { refreshToken: next.text, ...times }
    // Another refresh with the same token came first: it is the parent now.
    return inheritFromParent(await openFamily({ sessions }, presented), presented)
  }
  return inheritFromParent(family, presented)
}

function inheritFromParent(family: TokenFamily, presented: RefreshToken): (GrantTimes & { refreshToken: string }) | null {
  const { parentHash, currentSealed, isJustRotated, grantedAt, expiresAt } = family
  if (!isJustRotated || !currentSealed || !isSameHash(presented.hash, parentHash)) return null
  return { refreshToken: openWithParent(currentSealed, presented), grantedAt, expiresAt }
}
