import OpenAI from 'openai'
import { afterSeam, seamOf } from '../continuation.ts'
import { embedWith } from '../embeddings.ts'
import { streamEvents } from '../event-stream.ts'
import type { EmbeddingRequest, PartTaker, Provider, ProviderRequest, ProviderSettings } from '../provider.ts'
import { addressOf, createVendorHttp } from '../vendor-http.ts'
import { OPENAI } from './openai-dialects.ts'
import { classifyOpenaiError } from './openai-errors.ts'
import { createOpenaiReader } from './openai-events.ts'
import { openaiBody } from './openai-request.ts'

/**
 * OpenAI's chat completions, and every endpoint that speaks them. The SDK sends and authenticates; the stream is read
 * from the raw body, as the SDK's own iterator costs several times the CPU.
 */
export function createOpenaiProvider({ id, apiKey, baseUrl, connectTimeoutMs }: ProviderSettings, dialect = OPENAI): Provider {
  const http = createVendorHttp({ connectTimeoutMs })
  const client = new OpenAI({
    // The SDK insists on a key; a null header is not sent.
    apiKey: apiKey ?? 'none',
    ...(apiKey === null && { defaultHeaders: { authorization: null } }),
    baseURL: baseUrl,
    // Configuration comes from config.ts alone: null keeps the SDK from reading the environment.
    organization: null,
    project: null,
    adminAPIKey: null,
    webhookSecret: null,
    // Retries and fall-backs share one deadline, which only the router knows.
    maxRetries: 0,
    logLevel: 'off',
    fetch: http.fetchStream,
  })
  const whole = client.withOptions({ fetch: http.fetch })
  return {
    id,
    address: addressOf(baseUrl),
    stream(request: ProviderRequest, signal: AbortSignal, take: PartTaker) {
      const open = () => client.chat.completions.create(openaiBody(request, dialect), { signal }).asResponse()
      return streamEvents(
        { http, open, reader: createOpenaiReader(), classify: classifyOpenaiError },
        signal,
        afterSeam(take, seamOf(request).whiteSpace),
      )
    },
    embeddingLimits: dialect.embeddingLimits,
    embed: ({ model, inputs, dimensions }: EmbeddingRequest, signal: AbortSignal) =>
      embedWith({ http, classify: classifyOpenaiError }, inputs.length, signal, async () => {
        const body = { model, input: [...inputs], encoding_format: 'float' as const, ...(dimensions !== undefined && { dimensions }) }
        const { data, usage } = await whole.embeddings.create(body, { signal })
        const inOrder = data.toSorted((one, other) => one.index - other.index)
        return { vectors: inOrder.map(({ embedding }) => embedding), inputTokens: usage?.prompt_tokens }
      }),
    retire: http.retire,
    close: http.close,
  }
}
