import { CompletionState } from '@parley/contracts'
import type { Logger } from '@parley/telemetry'
import type { Model } from '../catalogue/catalogue.ts'
import type { PartWriter } from '../completions/part-writer.ts'
import type { ProviderError } from '../providers/provider-error.ts'
import { type AskDeps, askTarget, type Question } from './ask-target.ts'
import type { Breakers } from './breakers.ts'
import { type Candidate, type CandidateDeps, createCandidates } from './candidates.ts'
import type { Clocks } from './clocks.ts'
import { type Leg, OUTRUN, type RunningLeg } from './leg.ts'
import { type Entrant, type Relief, race } from './race.ts'
import type { Retries } from './retries.ts'
import type { TargetExperience } from './target-experience.ts'

export interface RoundDeps extends AskDeps, CandidateDeps {
  clocks: Clocks
  breakers: Pick<Breakers, 'isClosed' | 'permit' | 'judge'>
  experience: TargetExperience
  logger: Logger
}

/** The call, as far as a round goes. */
export interface RoundCall extends Omit<Question, 'writtenTokens'> {
  /** Of the call so far; this round's are added as they end. */
  legs: Leg[]
  out: Pick<PartWriter, 'started' | 'status'>
  isHedged: boolean
  retries: Pick<Retries, 'answered' | 'mayTryMore' | 'leftMs'>
}

/** How a round over the targets ended. */
export type RoundEnd =
  /** The answer is whole, or failed for a reason that no other target mends. */
  | { kind: 'over'; leg: Leg }
  /** A leg broke that had written something. */
  | { kind: 'broken'; leg: Leg }
  /** Nobody answered. `error` is the last one's, null where nobody could be asked; `hopeless` are ids not to ask again. */
  | { kind: 'silent'; error: ProviderError | null; hopeless: ReadonlySet<string> }

/** Asks the targets one after the other until one answers, and several at once where one is silent and no other is left. */
export async function askAround(deps: RoundDeps, call: RoundCall, order: readonly Model[]): Promise<RoundEnd> {
  const { breakers, clocks, experience } = deps
  const { legs, out, retries, signal } = call
  const candidates = createCandidates(deps, order, () => retries.mayTryMore(0))
  const writtenTokens = legs.reduce((sum, { hasOutput, usage }) => sum + (hasOutput ? (usage?.outputTokens ?? 0) : 0), 0)
  let number = legs.length
  let error: ProviderError | null = null

  const entrant = (candidate: Candidate): Entrant => ({
    ...candidate,
    patienceMs: experience.patienceMs(candidate.model, candidate.isTrusted, call.command),
  })

  function ask(asked: Entrant, isFirst: boolean, waitMs: number, win: () => readonly Model[] | null): RunningLeg {
    const { model, permit, isTrusted, patienceMs } = asked
    // For what is probably dead nobody waits longer than it takes to see that nobody answers; a second one besides it, or its
    // patience besides one that is waited for anyway.
    const firstTokenMs = isTrusted ? waitMs : Math.min(waitMs, Math.max(retries.leftMs(), isFirst ? 0 : patienceMs))
    const hasFailedBefore = legs.some(({ model: { id }, end }) => id === model.id && end.kind === 'failed')
    candidates.asked(model)
    number += 1
    return askTarget(deps, { ...call, writtenTokens }, model, {
      number,
      clocks: { ...clocks, firstTokenMs },
      mayAnswer() {
        const slow = win()
        if (slow === null) return false
        experience.answers(model, permit)
        retries.answered()
        candidates.answers(model, slow)
        if (!isFirst) announce(call, model, candidates.unavailable)
        out.started(model.id, model.provider, candidates.unavailable)
        return true
      },
      onLateSign: isTrusted ? null : (firstSignMs) => experience.answersLate(model, firstSignMs),
      onEnd(leg, firstSignMs) {
        experience.ended(leg, firstSignMs, permit, { isCutShort: signal.aborted, hasFailedBefore })
        legs.push(leg)
        call.life.legEnded(leg)
        if (leg.end.kind === 'finished' || leg.end.error === OUTRUN) return
        candidates.failed(leg)
        logFailure(deps.logger, call, leg, leg.end.error)
      },
    })
  }

  async function relieve(silent: readonly Model[], isHedge: boolean, isTimeLeft: boolean): Promise<Relief | null> {
    const fresh = candidates.fresh()
    if (isHedge) return fresh ? entrant({ model: fresh, permit: 'usual', isTrusted: true }) : null
    if (fresh) return 'instead'
    const again = isTimeLeft ? await candidates.again(silent) : null
    return again && entrant(again)
  }

  for (let next = await candidates.next(); next; next = await candidates.next()) {
    const first = entrant(next)
    const isHedged = call.isHedged && first.permit === 'usual'
    // Whoever joins has what is left of the time that the first one has.
    const silentUntilMs = performance.now() + clocks.firstTokenMs
    const leftMs = () => Math.ceil(silentUntilMs - performance.now())
    announce(call, first.model, candidates.unavailable)
    const leg = await race(
      {
        ask: (asked, win) => ask(asked, asked === first, leftMs(), win),
        relieve: (silent, isFirstLook) =>
          relieve(silent, isFirstLook && isHedged, (first.isTrusted ? leftMs() : retries.leftMs()) > first.patienceMs),
        dismiss({ model, permit }) {
          if (permit === 'probe') breakers.judge(model, permit, { kind: 'nothing' })
        },
      },
      first,
      isHedged ? experience.hedgeAfterMs(first.model) : first.patienceMs,
    )
    if (leg.end.kind === 'finished') return { kind: 'over', leg }
    error = leg.end.error
    if (signal.aborted || !error.isWorthAnotherProvider) return { kind: 'over', leg }
    if (leg.hasOutput) return { kind: 'broken', leg }
  }
  return { kind: 'silent', error, hopeless: candidates.hopeless }
}

/** Who reads along is told when the answer does not go the usual way. */
function announce({ answer, legs, out }: RoundCall, model: Model, unavailable: readonly string[]): void {
  const broken = answer.text === '' ? undefined : legs.findLast(({ hasOutput }) => hasOutput)?.model
  if (broken) {
    const message =
      broken.id === model.id ? `${model.name} was interrupted and goes on.` : `${broken.name} was interrupted, ${model.name} goes on.`
    out.status(CompletionState.CONTINUED, message)
    return
  }
  if (unavailable.length === 0) return
  const names = unavailable.join(' and ')
  out.status(CompletionState.SWITCHED_PROVIDER, `${names} ${unavailable.length > 1 ? 'are' : 'is'} unavailable, ${model.name} answers.`)
}

function logFailure(
  logger: Logger,
  { command: { callId, turnId } }: RoundCall,
  { model, number, usage, hasOutput }: Leg,
  error: ProviderError,
): void {
  if (error.kind === 'aborted') return
  const used = usage && { inputTokens: usage.inputTokens, outputTokens: usage.outputTokens }
  logger.warn({ err: error, provider: model.provider, model: model.id, callId, turnId, leg: number, hasOutput, used }, 'a provider failed')
}
