import { openAiApi } from '@parley/contracts'
import { type App, requireUser } from '@parley/service-kit'
import type { LiveCatalogue } from '../catalogue/live-catalogue.ts'
import { watchRequestEnding } from '../completions/call-ending.ts'
import { failureOf } from '../completions/completion-failure.ts'
import { mostTokensOf } from '../completions/cost-bound.ts'
import { estimateTokens } from '../completions/count-tokens.ts'
import type { Load } from '../completions/load.ts'
import type { RunningCalls } from '../completions/running-calls.ts'
import { type EmbeddingDeps, embedTexts } from '../embeddings/embed-texts.ts'
import { DRAINING, ProviderError } from '../providers/provider-error.ts'
import { type AdmissionDeps, admitCall } from './admit-call.ts'
import { errorOf } from './answer-failure.ts'
import { callIdOf } from './completion-identity.ts'
import { readEmbeddingsRequest } from './embeddings-request.ts'
import { markFinal } from './final-errors.ts'
import { quotaHeaders } from './quota.client.ts'
import { refuseOtherKind } from './refuse-other-kind.ts'
import { shedEarly } from './shed-early.ts'

export interface EmbeddingRouteDeps extends EmbeddingDeps, AdmissionDeps {
  load: Load
  catalogue: LiveCatalogue
  running: RunningCalls
}

/** POST /v1/embeddings: as OpenAI's, over whatever embedding model of the catalogue is named. */
export function embeddingRoutes(app: App, deps: EmbeddingRouteDeps): void {
  const options = { bodyLimit: openAiApi.BODY_MAX_BYTES, schema: { hide: true }, onRequest: shedEarly(deps.load) }
  app.post('/v1/embeddings', options, async (request, reply) => {
    const principal = requireUser(request)
    const { model: wanted, inputs: texts, dimensions, isBase64 } = readEmbeddingsRequest(request.body)
    refuseOtherKind(deps.catalogue.current(), wanted, 'embedding')
    const callId = callIdOf(principal.userId, request.headers['idempotency-key'])
    const { plan, route } = await admitCall(
      deps,
      {
        ...{ callId, principal, inputTokens: texts.reduce((sum, text) => sum + estimateTokens(text), 0) },
        targetsFor: (granted) => deps.catalogue.current().embeddingModel(wanted, granted),
        ...{ mostInputTokens: mostTokensOf(texts), maxOutputTokens: 0 },
        onReserved: ({ windows }) => void reply.headers(quotaHeaders(windows)),
      },
      request.deadline,
    ).catch(markFinal(reply))
    const ending = watchRequestEnding(request, reply, deps.clocks.totalMs)
    try {
      const work = embedTexts(deps, { callId, userId: principal.userId, plan, texts, dimensions }, route, ending.signal)
      const embedded = await deps.running.track(callId, work, () => ending.abort(DRAINING))
      if (embedded instanceof ProviderError) throw errorOf(failureOf(embedded))
      const { modelId, vectors, inputTokens } = embedded
      return {
        object: 'list',
        data: vectors.map((vector, index) => ({ object: 'embedding', index, embedding: isBase64 ? base64Of(vector) : vector })),
        model: modelId,
        usage: { prompt_tokens: inputTokens, total_tokens: inputTokens },
      }
    } finally {
      ending.release()
    }
  })
}

/** 32-bit floats, lowest byte first, as OpenAI sends them: every machine we run on keeps them so. */
const base64Of = (vector: readonly number[]): string => Buffer.from(Float32Array.from(vector).buffer).toString('base64')
