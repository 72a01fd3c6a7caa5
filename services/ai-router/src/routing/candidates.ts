import type { Model } from '../catalogue/catalogue.ts'
import type { LiveCatalogue } from '../catalogue/live-catalogue.ts'
import type { ProviderErrorKind } from '../providers/provider-error.ts'
import type { Breakers, Permit } from './breakers.ts'
import type { Leg } from './leg.ts'
import type { RateLimits } from './rate-limits.ts'
import type { RetryRules } from './retries.ts'
import type { TargetExperience } from './target-experience.ts'

/** A target that may be asked now. A probe has to be judged, whatever becomes of it. */
export interface Candidate {
  model: Model
  permit: Permit
  /** Nothing speaks against it: it is given its time to the first token. Nobody is kept waiting for the others. */
  isTrusted: boolean
}

/** Whom one round may still ask. */
export interface Candidates {
  /** The next one in order; where none is left, one whose breaker is open. */
  next(): Promise<Candidate | null>
  /** A trusted one that could be asked and was not yet. */
  fresh(): Model | undefined
  /**
   * One to be asked besides those that are silent, as nobody fresh is there: it has failed in this round, was silent before, or
   * its breaker is open. As often as rounds would ask it.
   */
  again(silent: readonly Model[]): Promise<Candidate | null>
  asked(model: Model): void
  /** It answers, and these were too slow. */
  answers(model: Model, slow: readonly Model[]): void
  /** It did not answer. */
  failed(leg: Leg): void
  /** Who has failed or was passed by, for the person who asked. */
  readonly unavailable: readonly string[]
  /** Ids not to ask again in this call. */
  readonly hopeless: ReadonlySet<string>
}

export interface CandidateDeps {
  catalogue: Pick<LiveCatalogue, 'current'>
  breakers: Pick<Breakers, 'isClosed' | 'permit'>
  rateLimits: Pick<RateLimits, 'waitMs'>
  experience: Pick<TargetExperience, 'isSilent'>
  retryRules: Pick<RetryRules, 'retries'>
}

/** After these the same target refuses the same call again, whenever it is asked. */
const HOPELESS: ReadonlySet<ProviderErrorKind> = new Set(['auth', 'exhausted', 'unknown_model'])

/** @param mayTryMore there is time left for a target that is probably dead */
export function createCandidates(
  { catalogue, breakers, rateLimits, experience, retryRules }: CandidateDeps,
  order: readonly Model[],
  mayTryMore: () => boolean,
): Candidates {
  const timesAsked = new Map<string, number>()
  const unavailable = new Set<Model>()
  const hopeless = new Set<string>()

  const isFresh = ({ id }: Model) => !timesAsked.has(id)
  // The targets were chosen earlier: what was switched off since is not asked any more.
  const isOffered = ({ id }: Model) => catalogue.current().mayAsk(id)
  const isLimited = (model: Model) => rateLimits.waitMs(model) > 0
  const isTrusted = (model: Model) => breakers.isClosed(model) && !experience.isSilent(model)

  const candidate = (model: Model, permit: Permit): Candidate => ({
    ...{ model, permit },
    isTrusted: permit === 'usual' && !experience.isSilent(model),
  })

  async function nextOf(models: readonly Model[], isLastResort: boolean): Promise<Candidate | null> {
    for (const model of models) {
      const permit = isLimited(model) ? null : await breakers.permit(model, isLastResort)
      if (permit !== null) {
        unavailable.delete(model)
        return candidate(model, permit)
      }
      unavailable.add(model)
    }
    return null
  }

  return {
    async next() {
      const isTimeLeft = mayTryMore()
      const models = order.filter((model) => isFresh(model) && isOffered(model) && (isTimeLeft || isTrusted(model)))
      return (await nextOf(models, false)) ?? (isTimeLeft ? nextOf(models, true) : null)
    },
    fresh: () => order.find((model) => isFresh(model) && isOffered(model) && isTrusted(model) && !isLimited(model)),
    async again(silent) {
      for (const model of order) {
        const { id } = model
        const isSpent = hopeless.has(id) || (timesAsked.get(id) ?? 0) > retryRules.retries
        if (isSpent || silent.some((other) => other.id === id) || !isOffered(model) || isLimited(model)) continue
        const permit = await breakers.permit(model, true)
        if (permit !== null) return candidate(model, permit)
      }
      return null
    },
    asked({ id }) {
      timesAsked.set(id, (timesAsked.get(id) ?? 0) + 1)
    },
    answers(model, slow) {
      unavailable.delete(model)
      for (const other of slow) unavailable.add(other)
    },
    failed({ model, end }) {
      unavailable.add(model)
      if (end.kind === 'failed' && HOPELESS.has(end.error.kind)) hopeless.add(model.id)
    },
    get unavailable() {
      return [...new Set([...unavailable].map(({ name }) => name))]
    },
    hopeless,
  }
}
