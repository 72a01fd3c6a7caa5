import OpenAI from 'openai'
import { joinAtSeam, seamOf } from '../continuation.ts'
import { streamEvents } from '../event-stream.ts'
import type { Provider, ProviderRequest, ProviderSettings } from '../provider.ts'
import { addressOf, createVendorHttp } from '../vendor-http.ts'
import { classifyOpenaiError } from './openai-errors.ts'
import { createOpenaiReader } from './openai-events.ts'
import { openaiBody } from './openai-request.ts'

/**
 * OpenAI's chat completions, and every endpoint that speaks them. The SDK sends and authenticates; the stream is read
 * from the raw body, as the SDK's own iterator costs several times the CPU.
 */
export function createOpenaiProvider({ id, apiKey, baseUrl, connectTimeoutMs }: ProviderSettings): Provider {
  const http = createVendorHttp({ connectTimeoutMs })
  const client = new OpenAI({
    apiKey,
    baseURL: baseUrl,
    // Configuration comes from config.ts alone: null keeps the SDK from reading the environment.
    organization: null,
    project: null,
    adminAPIKey: null,
    webhookSecret: null,
    // Retries and fall-backs share one deadline, which only the router knows.
    maxRetries: 0,
    logLevel: 'off',
    fetch: http.fetch,
  })
  return {
    id,
    address: addressOf(baseUrl),
    stream(request: ProviderRequest, signal: AbortSignal) {
      const open = () => client.chat.completions.create(openaiBody(request), { signal }).asResponse()
      const parts = streamEvents(open, createOpenaiReader(), classifyOpenaiError, signal)
      const { whiteSpace } = seamOf(request)
      return whiteSpace === '' ? parts : joinAtSeam(parts, whiteSpace)
    },
    close: http.close,
  }
}
