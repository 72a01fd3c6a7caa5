import type { ProviderError, ProviderErrorKind } from '../providers/provider-error.ts'

/** How a completion failed, as the caller is told: codes of CompletionFailed (completions.proto), texts for people. */
export interface CompletionFailure {
  code: 'provider_unavailable' | 'service_busy' | 'rate_limited' | 'model_not_allowed' | 'context_overflow' | 'content_blocked'
  message: string
  /** 0 when unknown. */
  retryAfterMs: number
}

const unavailable = { code: 'provider_unavailable', message: 'The AI service is not available at the moment. Please try again.' } as const
const byKind: Readonly<Partial<Record<ProviderErrorKind, Omit<CompletionFailure, 'retryAfterMs'>>>> = {
  rate_limited: { code: 'rate_limited', message: 'The AI service is very busy. Please try again in a moment.' },
  context_overflow: { code: 'context_overflow', message: 'This conversation is too long for the model. Please start a new one.' },
  content: { code: 'content_blocked', message: 'The AI service declined to answer this.' },
}

export const failureOf = ({ kind, retryAfterMs = 0 }: ProviderError): CompletionFailure => ({ ...(byKind[kind] ?? unavailable), retryAfterMs })

export const failures = {
  modelNotAllowed: { code: 'model_not_allowed', message: 'This model is not available on your plan.', retryAfterMs: 0 },
  noneConfigured: { ...unavailable, retryAfterMs: 0 },
  draining: { code: 'service_busy', message: 'Service busy. Please try again in a moment.', retryAfterMs: 0 },
} satisfies Record<string, CompletionFailure>
