import type { Logger } from '@parley/telemetry'
import type { Model, Plan } from '../catalogue/catalogue.ts'
import type { Bookings } from '../completions/bookings.ts'
import type { CallHeartbeats } from '../completions/call-heartbeats.ts'
import type { CallRecord, CallUsage } from '../completions/call-record.ts'
import { failureOf } from '../completions/completion-failure.ts'
import { rate } from '../completions/cost.ts'
import { countTokens } from '../completions/count-tokens.ts'
import type { Embeddings, Provider } from '../providers/provider.ts'
import { DRAINING, ProviderError } from '../providers/provider-error.ts'
import type { ProviderRegistry } from '../providers/registry.ts'
import { errorOf } from './answer-failure.ts'

export interface EmbeddingDeps {
  providers: Pick<ProviderRegistry, 'get'>
  bookings: Bookings
  heartbeats: CallHeartbeats
  logger: Logger
}

export interface EmbeddingCall {
  callId: string
  userId: string
  plan: Plan
  model: Model
  inputs: readonly string[]
  dimensions?: number
}

export interface EmbeddedTexts {
  vectors: Embeddings['vectors']
  inputTokens: number
}

/** The vendor is asked a second time when it could not be reached or was overloaded: the same texts give the same vectors. */
const ATTEMPTS = 2

/**
 * Vectors of texts, booked and priced like any call. No other model stands in: vectors of two models cannot be compared.
 * Throws AppError.
 */
export async function embedTexts(deps: EmbeddingDeps, call: EmbeddingCall, signal: AbortSignal): Promise<EmbeddedTexts> {
  const startedMs = performance.now()
  deps.heartbeats.begin(call.callId)
  const book = (ending: Pick<CallRecord, 'outcome' | 'failure' | 'usage'>) => deps.bookings.book(recordOf(call, ending, startedMs))
  try {
    const { vectors, usage } = await ask(deps.providers.get(call.model.provider), call, signal)
    const used = usageOf(call, usage.inputTokens)
    await book({ outcome: 'completed', failure: null, usage: used })
    return { vectors, inputTokens: used.inputTokens }
  } catch (error) {
    const known = error instanceof ProviderError ? error : new ProviderError('malformed', 'the provider failed', { cause: error })
    const isCallers = known.kind === 'aborted' && known !== DRAINING
    if (!isCallers)
      deps.logger.warn({ err: error, provider: call.model.provider, model: call.model.id, callId: call.callId }, 'a provider failed')
    await book({ outcome: isCallers ? 'aborted' : 'failed', failure: known.kind, usage: null })
    throw errorOf(failureOf(known))
  }
}

async function ask(provider: Provider | undefined, { model, inputs, dimensions }: EmbeddingCall, signal: AbortSignal): Promise<Embeddings> {
  if (!provider?.embed) throw new ProviderError('unknown_model', `provider '${model.provider}' makes no vectors`)
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await provider.embed({ model: model.vendorModel, inputs, dimensions }, signal)
    } catch (error) {
      const mayTryAgain = error instanceof ProviderError && (error.kind === 'unreachable' || error.kind === 'overloaded')
      if (!mayTryAgain || attempt === ATTEMPTS || signal.aborted) throw error
    }
  }
}

function usageOf({ model, inputs }: EmbeddingCall, given: number | undefined): CallUsage {
  const inputTokens = given || inputs.reduce((sum, text) => sum + countTokens(text), 0)
  return rate({ inputTokens, cachedInputTokens: 0, outputTokens: 0, isEstimated: !given }, model.price)
}

const recordOf = (
  { callId, userId, plan, model }: EmbeddingCall,
  ending: Pick<CallRecord, 'outcome' | 'failure' | 'usage'>,
  startedMs: number,
): CallRecord => ({
  ...{ callId, userId, plan, turnId: '', purpose: 'api' },
  ...ending,
  model: model.id,
  provider: model.provider,
  ...{ chargedLeg: null, legs: [], isCached: false },
  latencyMs: Math.round(performance.now() - startedMs),
  firstTokenMs: null,
  endedAt: new Date(),
})
