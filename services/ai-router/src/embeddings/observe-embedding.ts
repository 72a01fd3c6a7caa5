import { attributes, SpanKind, withSpan } from '@parley/telemetry'
import type { Provider } from '../providers/provider.ts'
import { ProviderError } from '../providers/provider-error.ts'
import type { ProviderRegistry } from '../providers/registry.ts'
import { durations, tokens } from '../routing/gen-ai.ts'
import type { MissingResult } from './embed-missing.ts'
import type { EmbeddingWork } from './embedding-work.ts'

interface Ids {
  callId: string
  userId: string
}

/** Runs one pass of a target inside its client span and adds it to the metrics; no text is recorded anywhere. */
export async function observeEmbedding(
  { providers }: { providers: Pick<ProviderRegistry, 'get'> },
  { callId, userId }: Ids,
  work: EmbeddingWork,
  run: (provider: Provider) => Promise<MissingResult>,
): Promise<MissingResult> {
  const { model } = work
  const provider = providers.get(model.provider)
  if (!provider) return { error: new ProviderError('unknown_model', `no provider '${model.provider}'`), lostTokens: 0 }
  const labels = { gen_ai_operation_name: 'embeddings', gen_ai_provider_name: provider.id, gen_ai_request_model: model.id }
  const options = {
    kind: SpanKind.CLIENT,
    attributes: {
      'gen_ai.operation.name': 'embeddings',
      [attributes.provider]: provider.id,
      [attributes.model]: model.vendorModel,
      [attributes.callId]: callId,
      [attributes.userId]: userId,
      'server.address': provider.address.host,
      'server.port': provider.address.port,
    },
  }
  const startedMs = performance.now()
  const tokensBefore = work.inputTokens
  let result: MissingResult = { error: null, lostTokens: 0 }
  await withSpan(`embeddings ${model.vendorModel}`, options, async (span) => {
    result = await run(provider)
    durations.observe({ ...labels, error_type: result.error?.kind ?? '' }, (performance.now() - startedMs) / 1_000)
    const inputTokens = work.inputTokens - tokensBefore
    if (inputTokens > 0) tokens.observe({ ...labels, gen_ai_token_type: 'input' }, inputTokens)
    span.setAttributes({ [attributes.inputTokens]: inputTokens })
    // Thrown so that the span is marked; the result is there all the same.
    if (result.error) throw result.error
  }).catch((error: unknown) => {
    if (error !== result.error) throw error
  })
  return result
}
