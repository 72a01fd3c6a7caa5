import { DRAINING, type ProviderError, type ProviderErrorKind } from '../providers/provider-error.ts'

/** How a completion failed, as the caller is told: codes of CompletionFailed (completions.proto), texts for people. */
export interface CompletionFailure {
  code: 'provider_unavailable' | 'service_busy' | 'rate_limited' | 'model_not_allowed' | 'context_overflow' | 'content_blocked'
  message: string
  /** 0 when unknown. */
  retryAfterMs: bigint
}

const failure = (code: CompletionFailure['code'], message: string): CompletionFailure => ({ code, message, retryAfterMs: 0n })

export const failures = {
  modelNotAllowed: failure('model_not_allowed', 'This model is not available on your plan.'),
  unavailable: failure('provider_unavailable', 'The AI service is not available at the moment. Please try again.'),
  busy: failure('service_busy', 'Service busy. Please try again in a moment.'),
}

const byKind: Readonly<Partial<Record<ProviderErrorKind, CompletionFailure>>> = {
  rate_limited: failure('rate_limited', 'The AI service is very busy. Please try again in a moment.'),
  context_overflow: failure('context_overflow', 'This conversation is too long for the model. Please start a new one.'),
  content: failure('content_blocked', 'The AI service declined to answer this.'),
}

export function failureOf(error: ProviderError): CompletionFailure {
  if (error === DRAINING) return failures.busy
  return { ...(byKind[error.kind] ?? failures.unavailable), retryAfterMs: BigInt(error.retryAfterMs ?? 0) }
}
