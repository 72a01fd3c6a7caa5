import { z } from 'zod'
import { AppError, isAppError } from './app-error.ts'
import { commonErrors } from './common-errors.ts'

const wireError = z.object({
  code: z.string(),
  kind: z.enum([
    'invalid',
    'unauthenticated',
    'forbidden',
    'not_found',
    'conflict',
    'too_large',
    'unsupported',
    'rate_limited',
    'unavailable',
    'timeout',
    'internal',
  ]),
  message: z.string(),
  retryAfterS: z.number().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})

/** JSON text of an error in a NATS reply. Internal texts and causes stay in the log of the side that failed. */
export function encodeRpcError(error: unknown): string {
  const known = isAppError(error) ? error : commonErrors.internal_error()
  const { code, kind, publicMessage, retryAfterS, errors } = known
  return JSON.stringify({ code, kind, message: publicMessage, retryAfterS, errors } satisfies z.input<typeof wireError>)
}

/** The error behind `encodeRpcError`'s text; anything unreadable is an `internal_error`. */
export function decodeRpcError(json: string): AppError {
  const parsed = wireError.safeParse(parseJson(json))
  if (!parsed.success) return commonErrors.internal_error({ internal: `unreadable error reply: ${json.slice(0, 200)}` })
  const { code, kind, message, retryAfterS, errors } = parsed.data
  return new AppError({ code, kind, publicMessage: message, internal: `the other side answered ${code}: ${message}`, retryAfterS, errors })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
