import type { ApiError } from '@google/genai'
import { kindOfStatus, ProviderError, type ProviderErrorKind } from '../provider-error.ts'
import { retryAfterMs } from '../retry-after.ts'
import { isConnectionFailure } from '../vendor-http.ts'

/** google.rpc.Status as JSON (guide 'Troubleshooting', 'Rate limits'). */
interface Status {
  status?: unknown
  message?: unknown
  details?: Detail[] | null
}

interface Detail {
  reason?: unknown
  retryDelay?: unknown
  violations?: { quotaId?: unknown }[] | null
}

const KINDS: Readonly<Record<string, ProviderErrorKind>> = {
  UNAUTHENTICATED: 'auth',
  PERMISSION_DENIED: 'auth',
  NOT_FOUND: 'unknown_model',
  RESOURCE_EXHAUSTED: 'rate_limited',
  INTERNAL: 'overloaded',
  UNAVAILABLE: 'overloaded',
  DEADLINE_EXCEEDED: 'overloaded',
}

/** Google has no code for these, only a sentence. */
const CONTEXT_OVERFLOW = /token count.* exceeds the maximum number of tokens/i
const NO_CREDIT = /prepayment credits|billing account|enable billing/i

/** A failure before the stream, as the SDK throws it. `headers` are the answer's, if there was one: the SDK drops them. */
export function classifyGeminiError(error: unknown, headers: Headers | undefined): ProviderError {
  if (error instanceof ProviderError) return error
  if (isApiError(error)) return errorOfGeminiBody(parse(error.message), error.status, headers)
  if (isConnectionFailure(error)) return new ProviderError('unreachable', 'no answer from the vendor', { cause: error })
  return new ProviderError('malformed', 'the SDK failed', { cause: error })
}

/** By its shape: the class would load the SDK. */
const isApiError = (error: unknown): error is ApiError => error instanceof Error && error.name === 'ApiError' && 'status' in error

/** The body of a refusal, or an event inside a stream. Its message may quote the conversation and is left out. */
export function errorOfGeminiBody({ error }: { error?: unknown }, status: number | undefined, headers: Headers | undefined): ProviderError {
  const { status: word, message, details } = (typeof error === 'object' && error !== null ? error : {}) as Status
  const list = Array.isArray(details) ? details : []
  const kind =
    kindOfDetails(list) ?? kindOfMessage(message) ?? KINDS[String(word)] ?? (status === undefined ? 'overloaded' : kindOfStatus(status))
  const named = typeof word === 'string' ? ` (${word.slice(0, 60)})` : ''
  return new ProviderError(kind, `the vendor answered ${status ?? 'with an error in the stream'}${named}`, {
    status,
    retryAfterMs: retryDelayMs(list) ?? (headers && retryAfterMs(headers, Date.now())),
  })
}

/** A wrong key is a 400, and a quota that lasts for the day looks like one for the minute. */
function kindOfDetails(details: Detail[]): ProviderErrorKind | undefined {
  if (details.some(({ reason }) => reason === 'API_KEY_INVALID')) return 'auth'
  const isForTheDay = details.some(({ violations }) => violations?.some(({ quotaId }) => /PerDay/.test(String(quotaId))))
  return isForTheDay ? 'exhausted' : undefined
}

function kindOfMessage(message: unknown): ProviderErrorKind | undefined {
  if (typeof message !== 'string') return undefined
  if (CONTEXT_OVERFLOW.test(message)) return 'context_overflow'
  return NO_CREDIT.test(message) ? 'exhausted' : undefined
}

/** google.rpc.RetryInfo: `"retryDelay": "7.5s"`. */
function retryDelayMs(details: Detail[]): number | undefined {
  const given = details.map(({ retryDelay }) => /^(\d+(?:\.\d+)?)s$/.exec(String(retryDelay))?.[1]).find((seconds) => seconds !== undefined)
  return given === undefined ? undefined : Math.ceil(Number(given) * 1000)
}

function parse(text: string): { error?: unknown } {
  try {
    return (JSON.parse(text) ?? {}) as { error?: unknown }
  } catch {
    return {}
  }
}
