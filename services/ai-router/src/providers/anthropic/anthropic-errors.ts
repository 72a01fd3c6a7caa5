import { APIConnectionError, APIError, APIUserAbortError } from '@anthropic-ai/sdk'
import { kindOfStatus, ProviderError, type ProviderErrorKind } from '../provider-error.ts'
import { retryAfterMs } from '../retry-after.ts'

/** Guide 'Errors'. `invalid_request_error` is left to the message, see below. */
const KINDS: Readonly<Record<string, ProviderErrorKind>> = {
  authentication_error: 'auth',
  permission_error: 'auth',
  billing_error: 'exhausted',
  not_found_error: 'unknown_model',
  rate_limit_error: 'rate_limited',
  api_error: 'overloaded',
  overloaded_error: 'overloaded',
  timeout_error: 'overloaded',
}

/** Anthropic has no code for these two, only the beginning of a sentence. */
const CONTEXT_OVERFLOW = /prompt is too long|exceed context limit/i
const EXHAUSTED = /credit balance is too low/i

/** A failure before the stream, as the SDK throws it. */
export function classifyAnthropicError(error: unknown): ProviderError {
  if (error instanceof APIUserAbortError) return new ProviderError('aborted', 'the caller ended the request')
  if (error instanceof APIConnectionError) return new ProviderError('unreachable', 'no answer from the vendor', { cause: error.cause })
  if (error instanceof APIError && error.status !== undefined) {
    return errorOfAnthropicBody({ type: error.type, message: error.apiMessage }, error.status, error.headers)
  }
  return new ProviderError('malformed', 'the SDK failed', { cause: error })
}

/** The error object of a refusal's body, or of an event inside a stream. Its message may quote the conversation and is left out. */
export function errorOfAnthropicBody(error: unknown, status: number | undefined, headers: Headers | undefined): ProviderError {
  const { type, message } = (typeof error === 'object' && error !== null ? error : {}) as { type?: unknown; message?: unknown }
  const kind = kindOfMessage(message) ?? KINDS[String(type)] ?? (status === undefined ? 'overloaded' : kindOfStatus(status))
  return new ProviderError(
    kind,
    `the vendor answered ${status ?? 'with an error in the stream'}${typeof type === 'string' ? ` (${type.slice(0, 60)})` : ''}`,
    { status, retryAfterMs: headers && retryAfterMs(headers, Date.now()) },
  )
}

function kindOfMessage(message: unknown): ProviderErrorKind | undefined {
  if (typeof message !== 'string') return undefined
  if (CONTEXT_OVERFLOW.test(message)) return 'context_overflow'
  return EXHAUSTED.test(message) ? 'exhausted' : undefined
}
