import type { Logger } from '@parley/telemetry'
import type { Plan, Route } from '../catalogue/catalogue.ts'
import type { Bookings } from '../completions/bookings.ts'
import type { CallHeartbeats } from '../completions/call-heartbeats.ts'
import { outcomeOf } from '../completions/call-legs.ts'
import type { CallRecord } from '../completions/call-record.ts'
import { estimateTokens } from '../completions/count-tokens.ts'
import { reasonOf } from '../completions/guard-completion.ts'
import type { ProviderError } from '../providers/provider-error.ts'
import type { Safety } from '../safety/safety.ts'
import { type AskedTargets, type AskTargetsDeps, askTargets } from './ask-targets.ts'
import { billOf, type EmbeddingWork } from './embedding-work.ts'

export interface EmbeddingDeps extends AskTargetsDeps {
  bookings: Bookings
  heartbeats: CallHeartbeats
  safety: Pick<Safety, 'checkTexts'>
  logger: Logger
}

export interface EmbeddingCall {
  callId: string
  userId: string
  plan: Plan
  texts: readonly string[]
  dimensions?: number
}

export interface EmbeddedTexts {
  /** Of the model that made them all. */
  modelId: string
  /** One for each text, in their order. */
  vectors: readonly (readonly number[])[]
  inputTokens: number
}

/**
 * Vectors of texts: moderated, routed, booked and priced like any call, and booked once. Resolves to the error where there
 * are none.
 */
export async function embedTexts(
  deps: EmbeddingDeps,
  call: EmbeddingCall,
  route: Pick<Route, 'targets'>,
  signal: AbortSignal,
): Promise<EmbeddedTexts | ProviderError> {
  const startedMs = performance.now()
  const life = deps.heartbeats.begin(call.callId)
  // One that ends in an unforeseen way is booked as lost, by whoever misses its heartbeat.
  const unforeseen = (error: unknown) => {
    deps.heartbeats.end(call.callId)
    throw error
  }
  const expected = call.texts.reduce((sum, text) => sum + estimateTokens(text), 0)
  const tell = ({ model, inputTokens }: EmbeddingWork) => {
    const estimate = () => ({ inputTokens: inputTokens || expected, cachedInputTokens: 0, outputTokens: 0, isEstimated: true })
    life.asks({ model, meter: { estimate }, leg: 1 })
  }
  const asked = await askWatched(deps, call, route, tell, signal).catch(unforeseen)
  const work = asked.error ? undefined : asked.works.get(asked.passes.at(-1)?.model.id ?? '')
  const { usage, chargedLeg, legs } = billOf(asked.passes, asked.works)
  const { id: model, provider } = asked.passes.at(-1)?.model ?? route.targets[0]
  const record: CallRecord = {
    ...{ callId: call.callId, userId: call.userId, plan: call.plan, turnId: '', purpose: 'api' },
    ...{ model, provider, usage, chargedLeg, legs, isCached: false },
    outcome: asked.error ? outcomeOf({ kind: 'failed', error: asked.error }) : 'completed',
    failure: asked.error?.kind ?? null,
    latencyMs: Math.round(performance.now() - startedMs),
    firstTokenMs: null,
    endedAt: new Date(),
  }
  await deps.bookings.book(record)
  if (asked.error) return asked.error
  const vectors = work?.vectors.flatMap((vector) => (vector ? [vector] : [])) ?? []
  return { modelId: model, vectors, inputTokens: usage?.inputTokens ?? 0 }
}

/** The vectors as far as they may be given: what may not be asked is not, and what a verdict comes for is kept back. */
async function askWatched(
  deps: EmbeddingDeps,
  { callId, userId, plan, texts, dimensions }: EmbeddingCall,
  route: Pick<Route, 'targets'>,
  onProgress: (work: EmbeddingWork) => void,
  signal: AbortSignal,
): Promise<AskedTargets> {
  const { rejected, pending } = await deps.safety.checkTexts({ callId, userId, plan, turnId: '' }, texts)
  if (rejected) return { passes: [], works: new Map(), error: reasonOf(rejected) }
  const asked = await askTargets(deps, { callId, userId, texts, dimensions }, route, onProgress, signal)
  const verdict = await pending
  return verdict ? { ...asked, error: reasonOf(verdict) } : asked
}
