import type { AppError } from '@parley/errors'
import type { Principal } from '@parley/principal'
import type { Plan, Route, Targets } from '../catalogue/catalogue.ts'
import type { Bookings } from '../completions/bookings.ts'
import type { CallStore } from '../completions/calls.store.ts'
import { costBoundOf, mostMicroUsd } from '../completions/cost-bound.ts'
import type { Load } from '../completions/load.ts'
import { expectedOf } from '../completions/unheard-calls.ts'
import { errors } from '../errors.ts'
import { outputLimit } from '../routing/output-limit.ts'
import type { Quota, Reservation } from './quota.client.ts'

export interface AdmissionDeps {
  load: Pick<Load, 'begins'>
  quota: Quota
  calls: Pick<CallStore, 'claim'>
  bookings: Bookings
  outputLimits: Readonly<Record<Plan, number>>
}

export interface ApiCallWish {
  callId: string
  principal: Principal
  /** Where the call may go under a plan. */
  targetsFor(plan: Plan): Targets
  /** The most tokens it reads, and that it wants written; 0 where the plan and the model alone say so. */
  mostInputTokens: number
  maxOutputTokens: number
  /** The tokens it reads, as estimated. */
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
 * finds who may answer. What it may cost is held with the message. What nobody may ask for takes no message; a call that cannot begin gives it back by its end.
 */
export function admitCall(deps: AdmissionDeps, wish: ApiCallWish, signal: AbortSignal): Promise<AdmittedCall> {
  return deps.load.begins(admit(deps, wish, signal))
}

async function admit(
  { quota, calls, bookings, outputLimits }: AdmissionDeps,
  wish: ApiCallWish,
  signal: AbortSignal,
): Promise<AdmittedCall> {
  const { callId, principal, targetsFor, inputTokens, onReserved } = wish
  const forAnybody = targetsFor('admin')
  if (forAnybody.kind !== 'found') throw refusals[forAnybody.kind]()
  const reservation = await quota.take(callId, principal, holdsOf(wish, outputLimits), signal)
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

const plans: readonly Plan[] = ['free', 'pro', 'admin']

/** What the call may cost at most; nothing under a plan that may not make it. */
function holdsOf({ targetsFor, mostInputTokens, maxOutputTokens }: ApiCallWish, outputLimits: AdmissionDeps['outputLimits']) {
  return Object.fromEntries(
    plans.map((plan) => {
      const found = targetsFor(plan)
      const targets = found.kind === 'found' ? found.targets : []
      const bound = costBoundOf(targets, (model) => outputLimit({ maxOutputTokens, purpose: 'api', plan }, model, outputLimits))
      return [plan, mostMicroUsd(bound, mostInputTokens)]
    }),
  )
}

const refusals: Readonly<Record<Exclude<Targets['kind'], 'found'>, () => AppError>> = {
  not_allowed: () => errors.model_not_allowed(),
  not_capable: () => errors.model_not_capable(),
  none_configured: () => errors.provider_unavailable({ retryAfterS: 60 }),
}
