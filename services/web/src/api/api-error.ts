import type { commonApi } from '@parley/contracts/public'

/** What the server refused or the network could not do, in words a person can read. */
export class ApiError extends Error {
  readonly status: number
  /** Stable; `network` when there was no answer at all. */
  readonly code: string
  readonly fields: readonly { path: string; message: string }[]
  /** Seconds. */
  readonly retryAfterS: number | null
  readonly requestId: string | null

  constructor(options: {
    status: number
    code: string
    message: string
    fields?: ApiError['fields']
    retryAfterS?: number | null
    requestId?: string | null
    cause?: unknown
  }) {
    super(options.message, { cause: options.cause })
    this.name = 'ApiError'
    this.status = options.status
    this.code = options.code
    this.fields = options.fields ?? []
    this.retryAfterS = options.retryAfterS ?? null
    this.requestId = options.requestId ?? null
  }
}

export const networkError = (cause: unknown): ApiError =>
  new ApiError({ status: 0, code: 'network', message: 'Parley cannot be reached. Check your connection and try again.', cause })

/** A 2xx whose body is not what we speak. */
export const unreadableAnswer = (response: Response, cause: unknown): ApiError =>
  new ApiError({
    status: response.status,
    ...UNEXPECTED,
    requestId: response.headers.get('x-request-id'),
    cause,
  })

const UNEXPECTED = { code: 'unexpected_answer', message: 'Something went wrong. Please try again.' } as const
const BUSY = { code: 'service_busy', message: 'Parley is busy just now. Please try again in a moment.' } as const

/** The error of an answer that is not 2xx; bodies that are no problem+json (a proxy's page) give a general one. */
export async function errorOf(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get('retry-after'))
  const retryAfterS = Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null
  const problem = await readProblem(response)
  if (problem) {
    const { status, code, detail, title, errors, requestId } = problem
    return new ApiError({ status, code, message: detail || title, fields: errors, retryAfterS, requestId })
  }
  const isBusy = response.status === 502 || response.status === 503 || response.status === 504
  return new ApiError({
    status: response.status,
    ...(isBusy ? BUSY : UNEXPECTED),
    retryAfterS,
    requestId: response.headers.get('x-request-id'),
  })
}

async function readProblem(response: Response): Promise<commonApi.Problem | null> {
  if (!response.headers.get('content-type')?.includes('json')) return null
  const body: unknown = await response.json().catch(() => null)
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body ? (body as commonApi.Problem) : null
}

export const isApiError = (error: unknown, ...codes: string[]): error is ApiError =>
  error instanceof ApiError && (codes.length === 0 || codes.includes(error.code))
