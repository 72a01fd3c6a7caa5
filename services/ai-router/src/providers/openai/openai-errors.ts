import { APIConnectionError, APIError, APIUserAbortError } from 'openai'
import { kindOfStatus, ProviderError, type ProviderErrorKind } from '../provider-error.ts'
import { retryAfterMs } from '../retry-after.ts'

/** Codes and types that say more than the HTTP status (guide 'Error codes'). */
const KINDS: Readonly<Record<string, ProviderErrorKind>> = {
  context_length_exceeded: 'context_overflow',
  content_filter: 'content',
  content_policy_violation: 'content',
  insufficient_quota: 'exhausted',
  billing_hard_limit_reached: 'exhausted',
  rate_limit_exceeded: 'rate_limited',
  invalid_api_key: 'auth',
  model_not_found: 'unknown_model',
  server_error: 'overloaded',
  overloaded: 'overloaded',
}

/** A failure before the stream, as the SDK throws it. */
export function classifyOpenaiError(error: unknown): ProviderError {
  if (error instanceof APIUserAbortError) return new ProviderError('aborted', 'the caller ended the request')
  if (error instanceof APIConnectionError) return new ProviderError('unreachable', 'no answer from the vendor', { cause: error.cause })
  if (error instanceof APIError && error.status !== undefined) return errorOfOpenaiBody(error, error.headers)
  return new ProviderError('malformed', 'the SDK failed', { cause: error })
}

/** The error object of a refusal's body, or of an event inside a stream. Its message may quote the conversation and is left out. */
export function errorOfOpenaiBody(error: unknown, headers: Headers | undefined): ProviderError {
  const { status, code, type } = (typeof error === 'object' && error !== null ? error : {}) as {
    status?: number
    code?: unknown
    type?: unknown
  }
  const kind = KINDS[String(code)] ?? KINDS[String(type)] ?? (status === undefined ? 'overloaded' : kindOfStatus(status))
  const named = [code, type].filter((word) => typeof word === 'string').join(', ')
  return new ProviderError(kind, `the vendor answered ${status ?? 'with an error in the stream'}${named && ` (${named.slice(0, 100)})`}`, {
    status,
    retryAfterMs: headers && retryAfterMs(headers, Date.now()),
  })
}
