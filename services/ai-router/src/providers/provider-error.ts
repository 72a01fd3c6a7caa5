/**
 * Why a request to a vendor failed, in the terms the router decides by.
 *
 * - `rate_limited`: too many requests or tokens for now (429). `retryAfterMs` when the vendor says when.
 * - `exhausted`: the account is out of credit or over its budget. Waiting does not help, the operator must act.
 * - `overloaded`: the vendor cannot serve now (5xx, 529).
 * - `invalid`: the vendor refuses this request as wrong (400, 413, 422). It would refuse it again.
 * - `auth`: the key is wrong or may not do this (401, 403).
 * - `unknown_model`: the vendor does not have the model (404).
 * - `context_overflow`: the conversation does not fit the model's context window.
 * - `content`: the vendor refuses to answer for what the conversation says.
 * - `unreachable`: no connection, or it broke before the vendor answered.
 * - `timeout`: a clock of the router ran out.
 * - `cut`: the stream ended or broke without a finish reason.
 * - `malformed`: the vendor sent what its own format does not allow, or what we cannot understand.
 * - `aborted`: the caller ended it.
 */
export type ProviderErrorKind =
  | 'rate_limited'
  | 'exhausted'
  | 'overloaded'
  | 'invalid'
  | 'auth'
  | 'unknown_model'
  | 'context_overflow'
  | 'content'
  | 'unreachable'
  | 'timeout'
  | 'cut'
  | 'malformed'
  | 'aborted'

/** These say something about the request or its caller; every other kind says something about the vendor. */
const CALLER_KINDS: ReadonlySet<ProviderErrorKind> = new Set(['invalid', 'context_overflow', 'content', 'aborted'])

interface ProviderErrorDetails {
  /** HTTP status, when the vendor answered with one. */
  status?: number
  /** How long the vendor asks to wait, in milliseconds. */
  retryAfterMs?: number
  cause?: unknown
}

/** A failed request to a vendor. The message is for the log and never holds text of a conversation. */
export class ProviderError extends Error {
  readonly kind: ProviderErrorKind
  /** The kind again, under the name that spans and logs look for. */
  readonly code: string
  readonly status?: number
  readonly retryAfterMs?: number

  constructor(kind: ProviderErrorKind, message: string, { status, retryAfterMs, cause }: ProviderErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'ProviderError'
    this.kind = kind
    this.code = kind
    if (status !== undefined) this.status = status
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs
  }

  /** May another vendor answer the same request? */
  get isWorthAnotherProvider(): boolean {
    return !CALLER_KINDS.has(this.kind)
  }
}

/** The kind behind an HTTP status, where the vendor's error body says nothing finer. */
export function kindOfStatus(status: number): ProviderErrorKind {
  if (status === 429) return 'rate_limited'
  if (status === 401 || status === 403) return 'auth'
  if (status === 402) return 'exhausted'
  if (status === 404) return 'unknown_model'
  return status >= 500 || status === 408 || status === 409 ? 'overloaded' : 'invalid'
}

/** Reason of an abort because this replica shuts down: the caller goes on elsewhere. */
export const DRAINING = new ProviderError('aborted', 'this replica is shutting down')
