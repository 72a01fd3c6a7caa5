import type { Logger } from '@parley/telemetry'
import type { Model, Route } from '../catalogue/catalogue.ts'
import type { LiveCatalogue } from '../catalogue/live-catalogue.ts'
import { ProviderError, type ProviderErrorKind } from '../providers/provider-error.ts'
import type { ProviderRegistry } from '../providers/registry.ts'
import type { Breakers, Permit } from '../routing/breakers.ts'
import type { Clocks } from '../routing/clocks.ts'
import type { RateLimits } from '../routing/rate-limits.ts'
import { createRetries, type RetryDeps } from '../routing/retries.ts'
import type { TargetExperience } from '../routing/target-experience.ts'
import { embedMissing } from './embed-missing.ts'
import { type EmbeddingPass, type EmbeddingWork, newWork } from './embedding-work.ts'
import { observeEmbedding } from './observe-embedding.ts'

export interface AskTargetsDeps extends RetryDeps {
  catalogue: Pick<LiveCatalogue, 'current'>
  providers: Pick<ProviderRegistry, 'get'>
  clocks: Clocks
  breakers: Pick<Breakers, 'isClosed' | 'permit'>
  rateLimits: Pick<RateLimits, 'waitMs'>
  experience: TargetExperience
  logger: Logger
}

export interface EmbeddingQuestion {
  callId: string
  userId: string
  texts: readonly string[]
  dimensions: number | undefined
}

/** What became of it. `error` null: the last pass's target has made every vector. */
export interface AskedTargets {
  passes: EmbeddingPass[]
  works: ReadonlyMap<string, EmbeddingWork>
  error: ProviderError | null
}

/** After these the same target refuses the same call again, whenever it is asked. */
const HOPELESS: ReadonlySet<ProviderErrorKind> = new Set(['auth', 'exhausted', 'unknown_model'])

/**
 * Has one of the targets make the vectors: as for completions those are not asked that fail too often or are asked too
 * often, the next one is when one fails, and again after a pause, everything inside the one deadline that `signal` is.
 * Never rejects for what vendors do.
 */
export async function askTargets(
  deps: AskTargetsDeps,
  question: EmbeddingQuestion,
  { targets }: Pick<Route, 'targets'>,
  onProgress: (work: EmbeddingWork) => void,
  signal: AbortSignal,
): Promise<AskedTargets> {
  const { breakers, rateLimits, experience, clocks } = deps
  const { texts } = question
  const works = new Map<string, EmbeddingWork>()
  const passes: EmbeddingPass[] = []
  const retries = createRetries(deps, question, targets, { status: () => undefined }, signal)
  const mayAsk = ({ id }: Model) => deps.catalogue.current().mayAsk(id)
  const over = (error: ProviderError | null): AskedTargets => ({ passes, works, error })

  async function pass(model: Model, permit: Permit, requestMs: number): Promise<EmbeddingPass> {
    const work = works.get(model.id) ?? newWork(model, texts.length)
    works.set(model.id, work)
    const hasFailedBefore = passes.some((earlier) => earlier.model.id === model.id)
    const startedMs = performance.now()
    let firstMs: number | null = null
    const { error, lostTokens } = await observeEmbedding(deps, question, work, (provider) =>
      embedMissing(provider, work, {
        ...{ texts, dimensions: question.dimensions, requestMs, signal },
        onProgress(latencyMs) {
          if (firstMs === null) experience.answers(model, permit)
          firstMs ??= latencyMs
          retries.answered()
          onProgress(work)
        },
      }),
    )
    const latencyMs = Math.round(performance.now() - startedMs)
    const done = { model, error, lostTokens, latencyMs }
    const leg = { number: passes.length + 1, model, hasOutput: false, usage: null, latencyMs }
    const end = error ? ({ kind: 'failed', error } as const) : ({ kind: 'finished', reason: 'stop' } as const)
    experience.ended({ ...leg, end }, firstMs, permit, { isCutShort: signal.aborted, hasFailedBefore })
    passes.push(done)
    return done
  }

  let order: readonly Model[] = targets
  let lastError: ProviderError | null = null
  try {
    await retries.waitBehindOthers()
    for (;;) {
      if (signal.aborted) return over(reasonOf(signal))
      const isLastResort = !order.some((model) => breakers.isClosed(model))
      let error: ProviderError | null = null
      for (const [index, model] of order.entries()) {
        if (!mayAsk(model) || rateLimits.waitMs(model) > 0) continue
        const permit = await breakers.permit(model, isLastResort)
        if (permit === null) continue
        const hasNext = order.slice(index + 1).some((other) => mayAsk(other) && breakers.isClosed(other) && rateLimits.waitMs(other) === 0)
        const patienceMs = experience.patienceMs(model, permit === 'usual', {
          system: '',
          messages: texts.map((text) => ({ role: 'user', text })),
        })
        const done = await pass(model, permit, hasNext ? Math.min(patienceMs, clocks.firstTokenMs) : clocks.firstTokenMs)
        if (done.error === null) return over(null)
        if (signal.aborted) return over(reasonOf(signal))
        deps.logger.warn({ err: done.error, provider: model.provider, model: model.id, callId: question.callId }, 'a provider failed')
        if (!done.error.isWorthAnotherProvider) return over(done.error)
        error = done.error
        if (HOPELESS.has(error.kind)) order = order.filter(({ id }) => id !== model.id)
      }
      lastError = error ?? lastError
      const reason = await retries.beforeNextRound(order, error)
      if (reason) return over(reason.kind === 'rate_limited' ? reason : (lastError ?? reason))
    }
  } finally {
    retries.end()
  }
}

const reasonOf = ({ reason }: AbortSignal): ProviderError =>
  reason instanceof ProviderError ? reason : new ProviderError('aborted', 'the caller ended the request')
