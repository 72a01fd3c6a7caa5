import type { AppError } from '@parley/errors'
import type { Principal } from '@parley/principal'
import type { Plan, Route, Targets } from '../catalogue/catalogue.ts'
import type { Bookings } from '../completions/bookings.ts'
import type { CallStore } from '../completions/calls.store.ts'
import type { Load } from '../completions/load.ts'
import { expectedOf } from '../completions/unheard-calls.ts'
import { errors } from '../errors.ts'
import type { Quota, Reservation } from './quota.client.ts'

export interface AdmissionDeps {
  quota: Quota
  calls: Pick<CallStore, 'claim'>
  bookings: Bookings
  load: Load
}

export interface ApiCallWish {
  callId: string
  principal: Principal
  /** Where the call may go under a plan. */
  targetsFor(plan: Plan): Targets
  /** What it will read. */
  inputTokens: number
  /** Told as soon as it is known, also of a call that goes nowhere afterwards. */
  onReserved(reservation: Reservation): void
}

export interface AdmittedCall {
  plan: Plan
  route: Route
}

/**
 * Lets a call of the public API begin: takes a message from its user's quota, takes the call's id for this process, and
 * finds who may answer. What nobody may ask for takes no message; a call that cannot begin gives it back by its end.
 */
export async function admitCall(
  { quota, calls, bookings, load }: AdmissionDeps,
  { callId, principal, targetsFor, inputTokens, onReserved }: ApiCallWish,
  signal: AbortSignal,
): Promise<AdmittedCall> {
  const forAnybody = targetsFor('admin')
  if (forAnybody.kind !== 'found') throw refusals[forAnybody.kind]()
  load.admit()
  const reservation = await quota.take(callId, principal, signal)
  onReserved(reservation)
  const { plan } = reservation
  const { userId } = principal
  const found = targetsFor(plan)
  const expected = found.kind === 'found' ? expectedOf(found, inputTokens) : undefined
  if (!(await calls.claim({ callId, turnId: '', userId, plan, purpose: 'api', expected }))) {
    throw errors.call_exists({ internal: `call ${callId} was run before` })
  }
  if (found.kind === 'found') return { plan, route: found }
  await bookings.book({
    ...{ callId, turnId: '', userId, plan, purpose: 'api', model: '', provider: '', outcome: 'failed', failure: null, usage: null },
    ...{ chargedLeg: null, legs: [], isCached: false, latencyMs: 0, firstTokenMs: null, endedAt: new Date() },
  })
  throw refusals[found.kind]()
}

const refusals: Readonly<Record<Exclude<Targets['kind'], 'found'>, () => AppError>> = {
  not_allowed: () => errors.model_not_allowed(),
  not_capable: () => errors.model_not_capable(),
  none_configured: () => errors.provider_unavailable({ retryAfterS: 60 }),
}
