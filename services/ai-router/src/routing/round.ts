import { CompletionState } from '@parley/contracts'
import type { Logger } from '@parley/telemetry'
import type { Model } from '../catalogue/catalogue.ts'
import type { LiveCatalogue } from '../catalogue/live-catalogue.ts'
import type { PartWriter } from '../completions/part-writer.ts'
import type { ProviderError, ProviderErrorKind } from '../providers/provider-error.ts'
import { type AskDeps, askTarget, type Question } from './ask-target.ts'
import type { Breakers, Permit } from './breakers.ts'
import type { Clocks } from './clocks.ts'
import { askHedged } from './hedge.ts'
import { type Leg, OUTRUN, type RunningLeg } from './leg.ts'
import type { RateLimits } from './rate-limits.ts'
import type { TargetExperience } from './target-experience.ts'

export interface RoundDeps extends AskDeps {
  catalogue: Pick<LiveCatalogue, 'current'>
  clocks: Clocks
  breakers: Pick<Breakers, 'isClosed' | 'permit'>
  rateLimits: Pick<RateLimits, 'waitMs'>
  experience: TargetExperience
  logger: Logger
}

/** The call, as far as a round goes. */
export interface RoundCall extends Omit<Question, 'writtenTokens'> {
  /** Of the call so far; this round's are added as they end. */
  legs: Leg[]
  out: Pick<PartWriter, 'started' | 'status'>
  isHedged: boolean
  /** Somebody has begun to answer. */
  onAnswer(): void
}

/** How a round over the targets ended. */
export type RoundEnd =
  /** The answer is whole, or failed for a reason that no other target mends. */
  | { kind: 'over'; leg: Leg }
  /** A leg broke that had written something. */
  | { kind: 'broken'; leg: Leg }
  /** Nobody answered. `error` is the last one's, null where nobody could be asked; `hopeless` are ids not to ask again. */
  | { kind: 'silent'; error: ProviderError | null; hopeless: ReadonlySet<string> }

/** After these the same target refuses the same call again, whenever it is asked. */
const HOPELESS: ReadonlySet<ProviderErrorKind> = new Set(['auth', 'exhausted', 'unknown_model'])

/** Asks the targets one after the other until one answers. */
export async function askAround(deps: RoundDeps, call: RoundCall, order: readonly Model[]): Promise<RoundEnd> {
  const { breakers, rateLimits, experience } = deps
  const { legs, out, signal } = call
  // The targets were chosen earlier: what was switched off since is not asked any more.
  const mayAsk = ({ id }: Model) => !asked.has(id) && deps.catalogue.current().mayAsk(id)
  const writtenTokens = legs.reduce((sum, { hasOutput, usage }) => sum + (hasOutput ? (usage?.outputTokens ?? 0) : 0), 0)
  const isLastResort = !order.some((model) => breakers.isClosed(model))
  const unavailable: Model[] = []
  const asked = new Set<string>()
  const hopeless = new Set<string>()
  let number = legs.length
  let error: ProviderError | null = null

  const ask = (model: Model, permit: Permit, firstTokenMs: number, mayAnswer: () => boolean): RunningLeg => {
    const hasFailedBefore = legs.some(({ model: { id }, end }) => id === model.id && end.kind === 'failed')
    asked.add(model.id)
    number += 1
    return askTarget(deps, { ...call, writtenTokens }, model, {
      number,
      clocks: { ...deps.clocks, firstTokenMs },
      mayAnswer() {
        if (!mayAnswer()) return false
        experience.answers(model, permit)
        call.onAnswer()
        out.started(model.id, model.provider, namesOf(unavailable))
        return true
      },
      onEnd(leg, firstSignMs) {
        experience.ended(leg, firstSignMs, permit, { isCutShort: signal.aborted, hasFailedBefore })
        legs.push(leg)
        call.life.legEnded(leg)
        if (leg.end.kind === 'finished' || leg.end.error === OUTRUN) return
        unavailable.push(model)
        if (HOPELESS.has(leg.end.error.kind)) hopeless.add(model.id)
        logFailure(deps.logger, call, leg, leg.end.error)
      },
    })
  }

  for (const model of order) {
    if (!mayAsk(model)) continue
    const permit = rateLimits.waitMs(model) > 0 ? null : await breakers.permit(model, isLastResort)
    if (permit === null) {
      unavailable.push(model)
      continue
    }
    announce(call, model, unavailable)
    const next = order.find((other) => other !== model && mayAsk(other) && breakers.isClosed(other) && rateLimits.waitMs(other) === 0)
    const { firstTokenMs } = deps.clocks
    const leg =
      next && call.isHedged && permit === 'usual'
        ? await askHedged((racer, mayAnswer) => ask(racer, 'usual', firstTokenMs, mayAnswer), model, next, experience.hedgeAfterMs(model))
        : await ask(model, permit, next ? Math.min(experience.patienceMs(model, call.command), firstTokenMs) : firstTokenMs, () => true)
            .done
    if (leg.end.kind === 'finished') return { kind: 'over', leg }
    error = leg.end.error
    if (signal.aborted || !error.isWorthAnotherProvider) return { kind: 'over', leg }
    if (leg.hasOutput) return { kind: 'broken', leg }
  }
  return { kind: 'silent', error, hopeless }
}

const namesOf = (models: readonly Model[]): string[] => [...new Set(models.map(({ name }) => name))]

/** Who reads along is told when the answer does not go the usual way. */
function announce({ answer, legs, out }: RoundCall, model: Model, unavailable: readonly Model[]): void {
  const broken = answer.text === '' ? undefined : legs.findLast(({ hasOutput }) => hasOutput)?.model
  if (broken) {
    const message =
      broken.id === model.id ? `${model.name} was interrupted and goes on.` : `${broken.name} was interrupted, ${model.name} goes on.`
    out.status(CompletionState.CONTINUED, message)
    return
  }
  if (unavailable.length === 0) return
  const names = namesOf(unavailable)
  out.status(
    CompletionState.SWITCHED_PROVIDER,
    `${names.join(' and ')} ${names.length > 1 ? 'are' : 'is'} unavailable, ${model.name} answers.`,
  )
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
