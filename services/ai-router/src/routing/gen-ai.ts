import { attributes, histogram, SpanKind, withSpan } from '@parley/telemetry'
import type { Model } from '../catalogue/catalogue.ts'
import type { Provider, ProviderRequest } from '../providers/provider.ts'
import { ProviderError } from '../providers/provider-error.ts'
import type { LegListener, LegResult } from './run-leg.ts'

// Names and buckets: OpenTelemetry semantic conventions for generative AI, metrics in Prometheus' spelling.
// No text of a conversation is recorded anywhere.
const operation = ['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model'] as const
export const durations = histogram({
  name: 'gen_ai_client_operation_duration_seconds',
  help: 'Duration of requests to model providers, seconds.',
  labelNames: [...operation, 'error_type'],
  buckets: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
})
const firstChunks = histogram({
  name: 'gen_ai_client_operation_time_to_first_chunk_seconds',
  help: 'Time from the request to the first text, seconds.',
  labelNames: operation,
  buckets: [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
})
export const tokens = histogram({
  name: 'gen_ai_client_token_usage',
  help: 'Tokens of requests to model providers.',
  labelNames: [...operation, 'gen_ai_token_type'],
  buckets: [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
})

interface ObservedLeg {
  model: Model
  provider: Provider
  request: ProviderRequest
  ids: { callId: string; turnId: string; userId: string }
  listener: LegListener
}

/** Runs a leg inside its client span and adds it to the metrics. */
export async function observeLeg(
  { model, provider, request, ids, listener }: ObservedLeg,
  run: (listener: LegListener) => Promise<LegResult>,
): Promise<LegResult> {
  const labels = { gen_ai_operation_name: 'chat', gen_ai_provider_name: provider.id, gen_ai_request_model: model.id }
  const startedMs = performance.now()
  const sinceStartS = () => (performance.now() - startedMs) / 1000
  const observed = (span: { setAttribute(name: string, value: string): unknown }): LegListener => ({
    ...listener,
    started(responseModel, responseId) {
      span.setAttribute('gen_ai.response.model', responseModel)
      span.setAttribute('gen_ai.response.id', responseId)
      listener.started(responseModel, responseId)
    },
  })

  let leg: LegResult | undefined
  const options = {
    kind: SpanKind.CLIENT,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.max_tokens': request.maxOutputTokens,
      'gen_ai.request.stream': true,
      [attributes.provider]: provider.id,
      [attributes.model]: request.model,
      [attributes.callId]: ids.callId,
      [attributes.turnId]: ids.turnId,
      [attributes.userId]: ids.userId,
      'server.address': provider.address.host,
      'server.port': provider.address.port,
    },
  }
  await withSpan(`chat ${request.model}`, options, async (span) => {
    leg = await run(observed(span))
    const errorType = leg.end.kind === 'failed' ? leg.end.error.kind : ''
    durations.observe({ ...labels, error_type: errorType }, sinceStartS())
    if (leg.firstOutputMs !== null) firstChunks.observe(labels, leg.firstOutputMs / 1000)
    if (leg.usage) {
      const { inputTokens, outputTokens, cachedInputTokens } = leg.usage
      tokens.observe({ ...labels, gen_ai_token_type: 'input' }, inputTokens)
      tokens.observe({ ...labels, gen_ai_token_type: 'output' }, outputTokens)
      span.setAttributes({
        [attributes.inputTokens]: inputTokens,
        [attributes.outputTokens]: outputTokens,
        'gen_ai.usage.cache_read.input_tokens': cachedInputTokens,
      })
    }
    // Thrown so that the span is marked; the result is the leg all the same.
    if (leg.end.kind === 'failed') throw leg.end.error
    span.setAttribute('gen_ai.response.finish_reasons', [leg.end.reason])
  }).catch((error: unknown) => {
    if (!(error instanceof ProviderError)) throw error
  })
  if (!leg) throw new Error('the leg ended without a result')
  return leg
}
