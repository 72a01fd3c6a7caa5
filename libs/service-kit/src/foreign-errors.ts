import { type AppError, commonErrors, type ErrorIssue, isAppError } from '@parley/errors'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'

/** Codes of Node, Postgres and Prisma that mean 'a dependency is away or out of capacity', not 'we have a bug'. */
const UNAVAILABLE_CODES = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT'],
  ...['53300', '57014', '57P01', '57P02', '57P03', '08000', '08001', '08003', '08004', '08006'],
  ...['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028'],
])
const TIMEOUT_CODES = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])
const UNAVAILABLE_KINDS = new Set(['DatabaseNotReachable', 'SocketTimeout', 'ConnectionClosed', 'TooManyConnections', 'TlsConnectionError'])
/** pg has no code for these. */
const UNAVAILABLE_TEXT = /Connection terminated|timeout exceeded when trying to connect|Client was closed|the database system is/

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

function isUnavailable(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 4) return false
  const { code, originalCode, kind, message, cause, errors, meta } = error as Record<string, unknown>
  if (typeof code === 'string' && UNAVAILABLE_CODES.has(code)) return true
  if (typeof originalCode === 'string' && UNAVAILABLE_CODES.has(originalCode)) return true
  if (typeof kind === 'string' && UNAVAILABLE_KINDS.has(kind)) return true
  if (typeof message === 'string' && UNAVAILABLE_TEXT.test(message)) return true
  if (Array.isArray(errors) && errors.some((inner) => isUnavailable(inner, depth + 1))) return true
  // Prisma gives every failed raw query one code and keeps what happened in here.
  const { driverAdapterError } = (meta ?? {}) as { driverAdapterError?: unknown }
  return isUnavailable(cause, depth + 1) || isUnavailable(driverAdapterError, depth + 1)
}
