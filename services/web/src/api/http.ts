import { errorOf, networkError, unreadableAnswer } from './api-error.ts'

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'

export interface RequestOptions {
  body?: unknown
  query?: Record<string, string | number | boolean | undefined | null>
  signal?: AbortSignal
  /** Where the request creates something: the same key within 24 h gives the first answer. */
  idempotencyKey?: string
  /** What the answer may be; JSON unless said otherwise. */
  accept?: string
  /** A 401 is an answer here (wrong password), no reason to renew the session. */
  isSignIn?: boolean
}

export interface Http {
  request<T>(method: Method, path: string, options?: RequestOptions): Promise<T>
  /** A file, under the name the server gives it. */
  requestFile(path: string, options?: RequestOptions): Promise<File>
  /** Renews the session; every caller in the meantime shares one request. */
  renewSession(): Promise<'valid' | 'signed_out' | 'unreachable'>
}

export interface HttpDeps {
  fetch: typeof fetch
  /** The session is over and cannot be renewed. */
  onSignedOut: () => void
}

const BASE = '/api/v1'

/** JSON over the cookies of this origin. Throws ApiError, nothing else but the abort of `signal`. */
export function createHttp({ fetch, onSignedOut }: HttpDeps): Http {
  let renewal: ReturnType<Http['renewSession']> | null = null

  const send = async (
    method: Method,
    path: string,
    { body, query, signal, idempotencyKey, accept = 'application/json' }: RequestOptions,
  ) => {
    const headers: Record<string, string> = { accept }
    // The server takes writes from a page only as JSON (a form of another site cannot send that).
    if (method !== 'GET') headers['content-type'] = 'application/json'
    if (idempotencyKey) headers['idempotency-key'] = idempotencyKey
    const payload = method === 'GET' ? undefined : JSON.stringify(body ?? {})
    try {
      return await fetch(BASE + path + queryText(query), { method, headers, body: payload, signal, credentials: 'same-origin' })
    } catch (error) {
      if (signal?.aborted) throw error
      throw networkError(error)
    }
  }

  const renewSession: Http['renewSession'] = () => {
    renewal ??= renewOnce().finally(() => {
      renewal = null
    })
    return renewal
  }

  const renewOnce = async () => {
    try {
      const response = await send('POST', '/auth/refresh', {})
      if (response.ok) return 'valid'
      if (response.status !== 401 && response.status !== 403) return 'unreachable'
      onSignedOut()
      return 'signed_out'
    } catch {
      return 'unreachable'
    }
  }

  /** An answer that is 2xx, with a session renewed where that was what was missing. */
  const fetchOk = async (method: Method, path: string, options: RequestOptions) => {
    let response = await send(method, path, options)
    if (response.status === 401 && !options.isSignIn) {
      if ((await renewSession()) === 'valid') response = await send(method, path, options)
    }
    if (!response.ok) throw await errorOf(response)
    return response
  }

  return {
    renewSession,
    async request<T>(method: Method, path: string, options: RequestOptions = {}): Promise<T> {
      const response = await fetchOk(method, path, options)
      return (response.status === 204 ? undefined : await readBody(response, options.signal)) as T
    },
    async requestFile(path, options = {}) {
      const response = await fetchOk('GET', path, { ...options, accept: '*/*' })
      try {
        return new File([await response.blob()], fileName(response.headers.get('content-disposition')))
      } catch (error) {
        if (options.signal?.aborted) throw error
        throw networkError(error)
      }
    },
  }
}

/** RFC 6266: the encoded name counts before the plain one. */
function fileName(disposition: string | null): string {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? '')?.[1]
  if (encoded) return decodeURIComponent(encoded)
  return /filename="([^"]*)"/i.exec(disposition ?? '')?.[1] || 'download'
}

/** The line may break behind the head, and a network that wants a log-in of its own answers 200 with a page. */
async function readBody(response: Response, signal: AbortSignal | undefined): Promise<unknown> {
  const text = await response.text().catch((error: unknown) => {
    throw signal?.aborted ? error : networkError(error)
  })
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    throw unreadableAnswer(response, error)
  }
}

function queryText(query: RequestOptions['query'] = {}): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') parameters.set(name, String(value))
  }
  return parameters.size === 0 ? '' : `?${parameters}`
}
