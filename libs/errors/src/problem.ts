import { STATUS_CODES } from 'node:http'
import { z } from 'zod'
import { AppError, type ErrorIssue, httpStatus, isAppError, kindOfStatus } from './app-error.ts'
import { commonErrors } from './common-errors.ts'

/** RFC 9457 problem details as the public API shows them. */
export interface Problem {
  /** `urn:parley:error:<code>`. */
  type: string
  title: string
  status: number
  detail: string
  code: string
  requestId: string
  errors?: ErrorIssue[]
}

/** The public face of any thrown value. What is not an AppError becomes `internal_error` and shows nothing of itself. */
export function toProblem(error: unknown, requestId: string): Problem {
  const known = isAppError(error) ? error : commonErrors.internal_error()
  const status = httpStatus(known.kind)
  return {
    type: `urn:parley:error:${known.code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: known.publicMessage,
    code: known.code,
    requestId,
    ...(known.errors && { errors: known.errors }),
  }
}

const problemBody = z.object({
  code: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/),
  detail: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})

/**
 * The error behind an upstream's answer. `body` is the parsed JSON, or anything else the upstream sent; without a
 * problem in it the status alone speaks: 502 and 503 become `service_busy`, 504 `timeout`, other 5xx `internal_error`.
 */
export function problemFromResponse(body: unknown, status: number, retryAfterS?: number): AppError {
  const kind = kindOfStatus(status)
  const parsed = problemBody.safeParse(body)
  if (parsed.success) {
    const { code, detail, errors } = parsed.data
    return new AppError({ code, kind, publicMessage: detail, internal: `upstream answered ${status} ${code}`, errors, retryAfterS })
  }
  const internal = `upstream answered ${status} without a problem body`
  if (kind === 'unavailable') return commonErrors.service_busy({ internal, retryAfterS: retryAfterS ?? 1 })
  if (kind === 'timeout') return commonErrors.timeout({ internal })
  if (kind === 'not_found') return commonErrors.not_found({ internal })
  if (kind === 'unauthenticated') return commonErrors.unauthenticated({ internal })
  if (kind === 'forbidden') return commonErrors.forbidden({ internal })
  if (kind === 'rate_limited') return commonErrors.rate_limited({ internal, retryAfterS })
  if (kind === 'internal') return commonErrors.internal_error({ internal })
  return new AppError({ code: 'invalid_request', kind, publicMessage: 'The request is not valid.', internal })
}
