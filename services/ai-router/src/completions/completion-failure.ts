import { type AppError, commonErrors } from '@parley/errors'
import { errors } from '../errors.ts'
import { DRAINING, type ProviderError, type ProviderErrorKind } from '../providers/provider-error.ts'
import { CONTENT_BLOCKED, PROMPT_REJECTED, SELF_HARM_BLOCKED } from './guard-completion.ts'

/** How a completion failed, as the caller is told: codes of CompletionFailed (completions.proto), texts for people. */
export interface CompletionFailure {
  code: string
  message: string
  /** 0 when unknown. */
  retryAfterMs: bigint
}

const failure = ({ code, publicMessage }: AppError): CompletionFailure => ({ code, message: publicMessage, retryAfterMs: 0n })

export const failures = {
  modelNotAllowed: failure(errors.model_not_allowed()),
  modelNotCapable: failure(errors.model_not_capable()),
  unavailable: failure(errors.provider_unavailable()),
  busy: failure(commonErrors.service_busy()),
  promptRejected: failure(errors.prompt_rejected()),
  blocked: failure(errors.content_blocked()),
}

const SUPPORT =
  'This was stopped by our content rules. If you are thinking of harming yourself, please talk to somebody: your local emergency number, a crisis line, or a person you trust.'

const byKind: Readonly<Partial<Record<ProviderErrorKind, CompletionFailure>>> = {
  rate_limited: failure(errors.rate_limited()),
  context_overflow: failure(errors.context_overflow()),
  content: failure(errors.content_blocked()),
  invalid: failure(errors.request_rejected()),
}

export function failureOf(error: ProviderError): CompletionFailure {
  if (error === DRAINING) return failures.busy
  if (error === PROMPT_REJECTED) return failures.promptRejected
  if (error === CONTENT_BLOCKED) return failures.blocked
  if (error === SELF_HARM_BLOCKED) return { ...failures.blocked, message: SUPPORT }
  return { ...(byKind[error.kind] ?? failures.unavailable), retryAfterMs: BigInt(error.retryAfterMs ?? 0) }
}
