import { type CallCompleted, CallOutcome } from '@parley/contracts'
import type { Transaction } from '@parley/database'
import { dropHolds, releaseReservations, settleReservations } from '../quotas/reservations.store.ts'
import type { Account } from './charges.store.ts'

/**
 * A call over the public API belongs to no turn: its own end decides its message and who pays. Its user has what was
 * produced when the answer is whole, or when it was the user who left after the first word; otherwise the message goes
 * back and the platform pays.
 */
export async function decideApiCall(tx: Transaction, call: CallCompleted, endedAt: Date): Promise<Account> {
  const { callId, userId, outcome, usage } = call
  const isUsers = outcome === CallOutcome.COMPLETED || (outcome === CallOutcome.ABORTED && (usage?.outputTokens ?? 0n) > 0n)
  if (!isUsers) {
    await releaseReservations(tx, [callId])
    return 'platform'
  }
  await settleReservations(tx, [{ turnId: callId, userId, endedAt }])
  // Where there are figures their row ends the hold.
  if (!usage) await dropHolds(tx, [callId])
  return 'user'
}
