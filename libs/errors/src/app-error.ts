/** What went wrong, in the terms a caller can act on. Each kind has one HTTP status, mapped here and nowhere else. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'unsupported'
  | 'rate_limited'
  | 'unavailable'
  | 'timeout'
  | 'internal'

const STATUS_BY_KIND: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported: 415,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
  timeout: 504,
}

/** The HTTP status of a kind. */
export function httpStatus(kind: ErrorKind): number {
  return STATUS_BY_KIND[kind]
}

/** The kind that says the same as an HTTP status; an unknown 4xx is `invalid`, anything else `internal`. */
export function kindOfStatus(status: number): ErrorKind {
  for (const [kind, mapped] of Object.entries(STATUS_BY_KIND)) if (mapped === status) return kind as ErrorKind
  if (status === 502) return 'unavailable'
  return status >= 400 && status < 500 ? 'invalid' : 'internal'
}

/** One thing that is wrong with an input. `path` is dotted (`messages.0.text`), empty for the input as a whole. */
export interface ErrorIssue {
  path: string
  message: string
}

export interface AppErrorDetails {
  /** Stable snake_case word of the public API. */
  code: string
  kind: ErrorKind
  /** What the user may read. */
  publicMessage: string
  /** What the log needs; never shown to a user. Defaults to the public text. */
  internal?: string
  errors?: ErrorIssue[]
  /** Seconds after which trying again makes sense. */
  retryAfterS?: number
  cause?: unknown
}

/** An expected failure. `message` is the internal text, `publicMessage` the one for the user. */
export class AppError extends Error {
  readonly code: string
  readonly kind: ErrorKind
  readonly publicMessage: string
  readonly errors?: ErrorIssue[]
  readonly retryAfterS?: number

  constructor(details: AppErrorDetails) {
    super(details.internal ?? details.publicMessage, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'AppError'
    this.code = details.code
    this.kind = details.kind
    this.publicMessage = details.publicMessage
    if (details.errors) this.errors = details.errors
    if (details.retryAfterS !== undefined) this.retryAfterS = details.retryAfterS
  }
}

/** Is this one of ours? */
export function isAppError(error: unknown): error is AppError {
  return error instanceof AppError
}
