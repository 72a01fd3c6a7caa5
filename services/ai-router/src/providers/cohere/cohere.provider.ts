import type { CohereClientV2 } from 'cohere-ai'
import { afterSeam, seamOf } from '../continuation.ts'
import { embedWith } from '../embeddings.ts'
import { streamEvents } from '../event-stream.ts'
import type { EmbeddingRequest, PartTaker, Provider, ProviderRequest, ProviderSettings } from '../provider.ts'
import { ProviderError } from '../provider-error.ts'
import { addressOf, createVendorHttp } from '../vendor-http.ts'
import { captureResponse, loadSdk } from '../vendor-sdk.ts'
import { classifyCohereError } from './cohere-errors.ts'
import { createCohereReader } from './cohere-events.ts'
import { cohereRequest } from './cohere-request.ts'

/** The SDK insists on a clock of its own until the answer begins; the router's run out before. */
const SDK_TIMEOUT_S = 60 * 60

/** API reference, 'Embed (v2)': 96 texts, and no more than its newest model reads of one. */
const LIMITS = { inputs: 96, tokens: 128_000 }

/** What the SDK is told when there is no connection: it forgets to stop its clock when `fetch` throws. */
const NO_ANSWER_STATUS = 503

/** Cohere's chat, version 2. The SDK sends and authenticates; the stream is read from the raw body: the
 * SDK's own takes nothing before it is iterated, and nobody does. */
export function createCohereProvider({ id, apiKey, baseUrl, connectTimeoutMs }: ProviderSettings): Provider {
  const http = createVendorHttp({ connectTimeoutMs })
  const loading = loadSdk(() => import('cohere-ai'))

  /** One request by a client of its own, because `fetch` is its client's: making one costs no more than an object. */
  const request = async <Answer>(send: typeof globalThis.fetch, ask: (client: CohereClientV2) => PromiseLike<Answer>) => {
    const sdk = await loading
    const captured = captureResponse(send)
    const client = new sdk.CohereClientV2({
      token: apiKey ?? '',
      baseUrl,
      fetch: (...args) => captured.fetch(...args).catch(() => new Response(null, { status: NO_ANSWER_STATUS })),
      timeoutInSeconds: SDK_TIMEOUT_S,
      // Retries and fall-backs share one deadline, which only the router knows.
      maxRetries: 0,
    })
    try {
      return { answer: await ask(client), response: captured.response() }
    } catch (error) {
      throw captured.failure() ?? error
    }
  }

  return {
    id,
    address: addressOf(baseUrl),
    stream(asked: ProviderRequest, signal: AbortSignal, take: PartTaker) {
      const open = async () => {
        const { response } = await request(http.fetchStream, (client) => client.chatStream(cohereRequest(asked), { abortSignal: signal }))
        if (!response) throw new ProviderError('malformed', 'the SDK sent nothing')
        return response
      }
      return streamEvents(
        { http, open, reader: createCohereReader(asked.model), classify: classifyCohereError },
        signal,
        afterSeam(take, seamOf(asked).whiteSpace),
      )
    },
    embeddingLimits: LIMITS,
    embed: ({ model, inputs, purpose = 'document', dimensions }: EmbeddingRequest, signal: AbortSignal) =>
      embedWith({ http, classify: classifyCohereError }, inputs.length, signal, async () => {
        const { answer } = await request(http.fetch, (client) =>
          client.embed(
            {
              model,
              texts: [...inputs],
              inputType: `search_${purpose}`,
              embeddingTypes: ['float'],
              ...(dimensions !== undefined && { outputDimension: dimensions }),
            },
            { abortSignal: signal },
          ),
        )
        return { vectors: answer.embeddings.float, inputTokens: answer.meta?.billedUnits?.inputTokens }
      }),
    retire: http.retire,
    close: http.close,
  }
}
