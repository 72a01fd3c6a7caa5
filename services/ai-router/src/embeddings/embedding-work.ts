import type { Model } from '../catalogue/catalogue.ts'
import type { CallUsage, LegRecord } from '../completions/call-record.ts'
import { rate } from '../completions/cost.ts'
import { ProviderError, type ProviderErrorKind } from '../providers/provider-error.ts'

/**
 * What one target has done of a call. Vectors of one answer are all of one target: those of another are of no use beside
 * them, even where an operator says that both have the same model.
 */
export interface EmbeddingWork {
  readonly model: Model
  /** One for each text of the call; undefined where there is none yet. */
  readonly vectors: (readonly number[] | undefined)[]
  /** Of the requests that gave vectors. */
  inputTokens: number
  isEstimated: boolean
}

export const newWork = (model: Model, texts: number): EmbeddingWork => ({
  model,
  vectors: Array.from({ length: texts }, () => undefined),
  inputTokens: 0,
  isEstimated: false,
})

/** One pass of a target over the texts that it has no vectors of. */
export interface EmbeddingPass {
  model: Model
  /** Null: every text has its vector. */
  error: ProviderError | null
  /** Tokens of requests that the vendor bills, or may, though nothing came of them. */
  lostTokens: number
  latencyMs: number
}

/** A call's figures as they are booked. */
export interface EmbeddingBill {
  usage: CallUsage | null
  chargedLeg: number | null
  legs: LegRecord[]
}

/**
 * The user pays for what the target used that gave the vectors, over all its passes; what others did, and what was lost on
 * the way, is on the platform's account (ADR 15). Without an answer everything is, by the call's outcome.
 */
export function billOf(passes: readonly EmbeddingPass[], works: ReadonlyMap<string, EmbeddingWork>): EmbeddingBill {
  const last = passes.at(-1)
  if (!last) return { usage: null, chargedLeg: null, legs: [] }
  const charged = works.get(last.model.id)
  const usage = charged && charged.inputTokens > 0 ? rated(charged.model, charged.inputTokens, charged.isEstimated) : null
  const legs = passes.map((pass, index): LegRecord => {
    const isLast = index === passes.length - 1
    const isLastOfItsTarget = !passes.slice(index + 1).some(({ model }) => model.id === pass.model.id)
    const work = isLastOfItsTarget && pass.model.id !== last.model.id ? works.get(pass.model.id) : undefined
    const wasted = pass.lostTokens + (work?.inputTokens ?? 0)
    return {
      number: index + 1,
      model: pass.model.id,
      provider: pass.model.provider,
      outcome: pass.error === null ? 'completed' : pass.error.kind === 'aborted' ? 'aborted' : 'failed',
      failure: pass.error?.kind ?? null,
      usage: isLast && pass.error === null ? usage : wasted > 0 ? rated(pass.model, wasted, true) : null,
      latencyMs: pass.latencyMs,
    }
  })
  return { usage, chargedLeg: last.error === null ? legs.length : null, legs }
}

const rated = (model: Model, inputTokens: number, isEstimated: boolean): CallUsage =>
  rate({ inputTokens, cachedInputTokens: 0, outputTokens: 0, isEstimated }, model.price)

/** Ends after which a vendor has worked, or may have. */
const BILLED: ReadonlySet<ProviderErrorKind> = new Set(['timeout', 'malformed', 'aborted'])
export const mayBeBilled = (error: unknown): boolean => error instanceof ProviderError && BILLED.has(error.kind)
