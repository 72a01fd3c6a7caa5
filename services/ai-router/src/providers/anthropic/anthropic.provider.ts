import Anthropic from '@anthropic-ai/sdk'
import { afterSeam, seamOf } from '../continuation.ts'
import { streamEvents } from '../event-stream.ts'
import type { PartTaker, Provider, ProviderRequest, ProviderSettings } from '../provider.ts'
import { addressOf, createVendorHttp } from '../vendor-http.ts'
import { classifyAnthropicError } from './anthropic-errors.ts'
import { createAnthropicReader } from './anthropic-events.ts'
import { anthropicBody } from './anthropic-request.ts'

/** Anthropic's messages. The SDK sends and authenticates; the stream is read from the raw body. */
export function createAnthropicProvider({ id, apiKey, baseUrl, connectTimeoutMs }: ProviderSettings): Provider {
  const http = createVendorHttp({ connectTimeoutMs })
  const client = new Anthropic({
    apiKey: apiKey ?? '',
    baseURL: baseUrl,
    // Retries and fall-backs share one deadline, which only the router knows.
    maxRetries: 0,
    logLevel: 'off',
    // The router makes the spans.
    openTelemetry: false,
    fetch: http.fetchStream,
  })
  return {
    id,
    address: addressOf(baseUrl),
    stream(request: ProviderRequest, signal: AbortSignal, take: PartTaker) {
      const open = () => client.messages.create(anthropicBody(request), { signal }).asResponse()
      return streamEvents(
        { http, open, reader: createAnthropicReader(), classify: classifyAnthropicError },
        signal,
        afterSeam(take, seamOf(request).whiteSpace),
      )
    },
    retire: http.retire,
    close: http.close,
  }
}
