import type { CohereError } from 'cohere-ai'
import { kindOfStatus, ProviderError, type ProviderErrorKind } from '../provider-error.ts'
import { retryAfterMs } from '../retry-after.ts'
import { isConnectionFailure } from '../vendor-http.ts'

/** Cohere has statuses (API reference, 'Errors') and sentences, no codes. */
const CONTEXT_OVERFLOW = /too many tokens|maximum context length|number of tokens .*exceed/i
const EXHAUSTED = /trial key|monthly (?:usage )?limit|billing|add or update your payment method/i

/** Names the token that was blocked: the request's text is at fault. */
const BLOCKED_STATUS = 498

/** A failure as the SDK throws it, or as `fetch` did. Its message may quote the conversation and is left out. */
export function classifyCohereError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error
  if (isConnectionFailure(error)) return new ProviderError('unreachable', 'no answer from the vendor', { cause: error })
  if (!isCohereError(error) || error.statusCode === undefined) return new ProviderError('malformed', 'the SDK failed', { cause: error })
  const { statusCode: status, body, rawResponse } = error
  return new ProviderError(kindOf(status, body), `the vendor answered ${status}`, {
    status,
    retryAfterMs: rawResponse && retryAfterMs(rawResponse.headers, Date.now()),
  })
}

/** By its shape: the class would load the SDK. */
const isCohereError = (error: unknown): error is CohereError => error instanceof Error && 'statusCode' in error

function kindOf(status: number, body: unknown): ProviderErrorKind {
  if (status === BLOCKED_STATUS) return 'content'
  const { message } = (typeof body === 'object' && body !== null ? body : {}) as { message?: unknown }
  if (typeof message === 'string' && status < 500) {
    if (EXHAUSTED.test(message) && status !== 401) return 'exhausted'
    if (CONTEXT_OVERFLOW.test(message)) return 'context_overflow'
  }
  return kindOfStatus(status)
}
