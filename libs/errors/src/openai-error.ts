import { type AppError, type ErrorKind, httpStatus, isAppError } from './app-error.ts'
import { commonErrors } from './common-errors.ts'

/** The body of an error as OpenAI's API writes it, and as its clients read it. */
export interface OpenAiError {
  error: {
    message: string
    type: string
    /** The parameter that is wrong, for example `messages[0].role`. */
    param: string | null
    /** Stable word. OpenAI's own where it has one for the same thing, else ours. */
    code: string | null
  }
}

/** OpenAI's words for what we call otherwise. */
const CODES: Readonly<Record<string, string | null>> = {
  invalid_request: null,
  unauthenticated: 'invalid_api_key',
  not_found: 'unknown_url',
  insufficient_scope: 'insufficient_permissions',
  rate_limited: 'rate_limit_exceeded',
  too_many_attempts: 'rate_limit_exceeded',
  quota_exceeded: 'insufficient_quota',
  spend_cap_reached: 'insufficient_quota',
  spend_cap_held: 'rate_limit_exceeded',
  model_not_allowed: 'model_not_found',
  context_overflow: 'context_length_exceeded',
  content_blocked: 'content_policy_violation',
  prompt_rejected: 'content_policy_violation',
}

const TYPES: Readonly<Partial<Record<ErrorKind, string>>> = {
  rate_limited: 'rate_limit_error',
  unavailable: 'server_error',
  timeout: 'server_error',
  internal: 'server_error',
}

/**
 * The face of any thrown value at the OpenAI-compatible API. The texts are those for users, as in a problem; what is not
 * an AppError becomes `internal_error` and shows nothing of itself.
 */
export function toOpenAiError(error: unknown): { status: number; body: OpenAiError } {
  const known = isAppError(error) ? error : commonErrors.internal_error()
  const code = known.code in CODES ? (CODES[known.code] ?? null) : known.code
  const type = code === 'insufficient_quota' ? code : (TYPES[known.kind] ?? 'invalid_request_error')
  const path = known.errors?.[0]?.path
  return { status: statusOf(known), body: { error: { message: messageOf(known), type, param: path ? parameterName(path) : null, code } } }
}

/** OpenAI does not say whether a model that one may not use exists. */
const statusOf = ({ code, kind }: AppError): number => (code === 'model_not_allowed' ? 404 : httpStatus(kind))

/** Clients show this line alone, so it names all that is wrong. */
function messageOf({ publicMessage, errors = [], code }: AppError): string {
  if (code !== 'invalid_request' || errors.length === 0) return publicMessage
  return errors.map(({ path, message }) => (path ? `${parameterName(path)}: ${message}` : message)).join('; ')
}

/** `messages.0.role` -> `messages[0].role` */
const parameterName = (path: string): string => path.replace(/\.(\d+)(?=\.|$)/g, '[$1]')
