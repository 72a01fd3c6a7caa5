import { DRAINING } from '../providers/provider-error.ts'
import { type Leg, type LegEnd, OUTRUN } from '../routing/leg.ts'
import type { CallRecord, LegRecord, Outcome, WastedLeg } from './call-record.ts'

export function outcomeOf(end: LegEnd): Outcome {
  if (end.kind === 'finished') return 'completed'
  return end.error.kind === 'aborted' && end.error !== DRAINING ? 'aborted' : 'failed'
}

export const legRecordOf = ({ number, model, usage, end, latencyMs }: Leg): LegRecord => ({
  ...{ number, usage, latencyMs },
  model: model.id,
  provider: model.provider,
  outcome: end.kind === 'failed' && end.error === OUTRUN ? 'outrun' : outcomeOf(end),
  failure: end.kind === 'failed' ? end.error.kind : null,
})

/**
 * The leg that the caller pays for: the one that finished the answer, otherwise the last one that wrote some of it. It has
 * read what was there before, so it costs about what the answer would have cost in one go, and never the same text twice.
 * Where nobody wrote anything it is the last one that used something. All others are on the platform's account (ADR 15).
 */
export const chargedLegOf = (legs: readonly Leg[]): Leg | undefined =>
  legs.find(({ end }) => end.kind === 'finished') ??
  legs.findLast(({ hasOutput }) => hasOutput) ??
  legs.findLast(({ usage }) => usage !== null)

export const wastedLegsOf = ({ legs, chargedLeg }: Pick<CallRecord, 'legs' | 'chargedLeg'>): WastedLeg[] =>
  legs.flatMap(({ usage, ...leg }) => (usage && leg.number !== chargedLeg ? [{ ...leg, usage }] : []))
