import { type AppError, commonErrors, type ErrorIssue, isAppError, isUnavailable } from '@parley/errors'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'

const TIMEOUT_CODES = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])

/** Any thrown value as an AppError: Fastify's own, validation, time-outs, absent dependencies; the rest is `internal_error`. */
export function asAppError(error: unknown): AppError {
  if (isAppError(error)) return error
  if (hasZodFastifySchemaValidationErrors(error)) return commonErrors.invalid_request({ errors: error.validation.map(issueOf) })
  if (!(error instanceof Error)) return commonErrors.internal_error({ internal: `thrown: ${String(error)}` })
  const status = (error as { statusCode?: unknown }).statusCode
  if (typeof status === 'number' && status >= 400 && status < 500) return fromClientError(error, status)
  if (error.name === 'TimeoutError' || TIMEOUT_CODES.has(String((error as { code?: unknown }).code)))
    return commonErrors.timeout({ internal: error.message, cause: error })
  if (isUnavailable(error)) return commonErrors.service_busy({ internal: error.message, cause: error, retryAfterS: 1 })
  return commonErrors.internal_error({ internal: error.message, cause: error })
}

function issueOf({ instancePath, message }: { instancePath: string; message?: string }): ErrorIssue {
  return { path: instancePath.slice(1).replaceAll('/', '.'), message: message ?? 'is not valid' }
}

/** Errors of Fastify and its plugins carry a status; their texts are about the request's form and safe to show. */
function fromClientError(error: Error, status: number): AppError {
  const options = { internal: error.message, cause: error }
  if (status === 401) return commonErrors.unauthenticated(options)
  if (status === 403) return commonErrors.forbidden(options)
  if (status === 404) return commonErrors.not_found(options)
  if (status === 413) return commonErrors.payload_too_large(options)
  if (status === 415) return commonErrors.unsupported_media_type(options)
  if (status === 429) return commonErrors.rate_limited({ ...options, retryAfterS: 1 })
  return commonErrors.invalid_request({ ...options, errors: [{ path: '', message: error.message }] })
}
