import { type CompletionFailedJson, chatApi } from '@parley/contracts'
import type { AppError } from '@parley/errors'
import { commonErrors, errors } from '../errors.ts'
import type { TurnError } from './turn.ts'

const isDocumented = (code: string): boolean => chatApi.turnErrorCode.safeParse(code).success

/** What a reader is told of an error. Codes the public API does not list for turns become `service_busy`. */
export function turnErrorOf(error: AppError): TurnError {
  const shown = isDocumented(error.code) ? error : commonErrors.service_busy()
  return { code: shown.code, message: shown.publicMessage, ...(error.retryAfterS && { retryAfter: Math.ceil(error.retryAfterS) }) }
}

/** The same for a call the ai-router gave up. Its text is made for people. */
export function turnErrorOfFailure(failure: CompletionFailedJson): TurnError {
  const { code = '', message } = failure
  const retryAfterS = Math.ceil(Number(failure.retryAfterMs ?? 0) / 1000)
  if (!isDocumented(code) || !message) return turnErrorOf(errors.provider_unavailable({ retryAfterS }))
  return { code, message, ...(retryAfterS > 0 && { retryAfter: retryAfterS }) }
}
