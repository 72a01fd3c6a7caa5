import { afterSeam, seamOf } from '../continuation.ts'
import { embedWith } from '../embeddings.ts'
import { streamEvents } from '../event-stream.ts'
import type { EmbeddingRequest, PartTaker, Provider, ProviderRequest, ProviderSettings } from '../provider.ts'
import { ProviderError } from '../provider-error.ts'
import { addressOf, createVendorHttp } from '../vendor-http.ts'
import { captureResponse, loadSdk } from '../vendor-sdk.ts'
import { classifyGeminiError } from './gemini-errors.ts'
import { createGeminiReader } from './gemini-events.ts'
import { geminiRequest } from './gemini-request.ts'

const TASKS = { document: 'RETRIEVAL_DOCUMENT', query: 'RETRIEVAL_QUERY' } as const

/** API reference, 'models.batchEmbedContents': 100 texts, and no model reads more than 2,048 tokens of one. */
const LIMITS = { inputs: 100, tokens: 100 * 2_048 }

/** Google's Gemini API. The SDK sends and authenticates; the stream is read from the raw body: the SDK's own
 * takes nothing before it is iterated, and nobody does. */
export function createGeminiProvider({ id, apiKey, baseUrl, connectTimeoutMs }: ProviderSettings): Provider {
  const http = createVendorHttp({ connectTimeoutMs })
  const loading = loadSdk(async () => {
    const { GoogleGenAI } = await import('@google/genai')
    return new GoogleGenAI({
      apiKey: apiKey ?? '',
      apiVersion: 'v1beta',
      // Configuration comes from config.ts alone: the SDK would look for a cloud project in the environment.
      vertexai: false,
      // Without `retryOptions` it sends once.
      httpOptions: { baseUrl },
    })
  })
  return {
    id,
    address: addressOf(baseUrl),
    stream(request: ProviderRequest, signal: AbortSignal, take: PartTaker) {
      const captured = captureResponse(http.fetchStream)
      const open = async () => {
        const { config, ...rest } = geminiRequest(request)
        const client = await loading
        await client.models.generateContentStream({
          ...rest,
          config: { ...config, abortSignal: signal, httpOptions: { fetch: captured.fetch } },
        })
        const response = captured.response()
        if (!response) throw new ProviderError('malformed', 'the SDK sent nothing')
        return response
      }
      const classify = (error: unknown) => classifyGeminiError(error, captured.response()?.headers)
      return streamEvents({ http, open, reader: createGeminiReader(), classify }, signal, afterSeam(take, seamOf(request).whiteSpace))
    },
    embeddingLimits: LIMITS,
    embed({ model, inputs, purpose, dimensions }: EmbeddingRequest, signal: AbortSignal) {
      const captured = captureResponse(http.fetch)
      const classify = (error: unknown) => classifyGeminiError(error, captured.response()?.headers)
      return embedWith({ http, classify }, inputs.length, signal, async () => {
        const client = await loading
        const { embeddings } = await client.models.embedContent({
          model,
          contents: [...inputs],
          config: {
            abortSignal: signal,
            httpOptions: { fetch: captured.fetch },
            ...(purpose && { taskType: TASKS[purpose] }),
            ...(dimensions !== undefined && { outputDimensionality: dimensions }),
          },
        })
        // The API gives no figures for embeddings.
        return { vectors: embeddings?.map(({ values }) => values), inputTokens: undefined }
      })
    },
    retire: http.retire,
    close: http.close,
  }
}
