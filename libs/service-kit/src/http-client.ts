import { commonErrors, problemFromResponse } from '@parley/errors'
import { PRINCIPAL_HEADER, type Principal, type PrincipalSigner } from '@parley/principal'
import { Agent, type Dispatcher } from 'undici'
import { limitCall } from './call-limit.ts'
import { remainingMs, TIMEOUT_HEADER } from './deadline.ts'

const CONNECT_TIMEOUT_MS = 2_000
const RETRY_DELAY_MS = 50
/** A kept connection belongs to one replica: without an age, one that was restarted or added would get no work. */
export const CONNECTION_MAX_AGE_MS = 30_000

export interface HttpClientOptions {
  /** Origin of the service, for example `http://chat:8080`. */
  baseUrl: string
  /** The other side's name, for messages in the log. */
  name: string
  defaultTimeoutMs?: number
  /** After this a connection is not used for a further call; those under way end on it. */
  connectionMaxAgeMs?: number
  /** Signs the principal of a call; needed where calls carry one. */
  principals?: PrincipalSigner
}

export interface HttpCall {
  /** Sent as JSON. */
  body?: unknown
  /** On whose behalf. */
  principal?: Principal
  /** Ends the call early; `request.deadline` also shortens the time. */
  signal?: AbortSignal
  /** Of the whole call. */
  timeoutMs?: number
  headers?: Record<string, string>
}

export interface HttpClient {
  /**
   * One call, its JSON body as answer (undefined for an empty one). Throws AppError: the upstream's problem as it is,
   * `service_busy` when it cannot be reached, `timeout` when the time is over. A GET whose connection breaks is tried
   * once more inside the same time.
   */
  json<T = unknown>(method: string, path: string, call?: HttpCall): Promise<T>
  close(): Promise<void>
}

/** Calls one service over kept connections, with a deadline, a principal and errors as AppError. */
export function createHttpClient({
  baseUrl,
  name,
  defaultTimeoutMs = 5_000,
  connectionMaxAgeMs = CONNECTION_MAX_AGE_MS,
  principals,
}: HttpClientOptions): HttpClient {
  const agent = new Agent({
    connect: { timeout: CONNECT_TIMEOUT_MS },
    keepAliveTimeout: 30_000,
    keepAliveMaxTimeout: 60_000,
    clientTtl: connectionMaxAgeMs,
  })

  const { origin } = new URL(baseUrl)

  async function headersOf({ body, principal, headers }: HttpCall): Promise<Record<string, string>> {
    if (principal && !principals) throw commonErrors.internal_error({ internal: `client ${name} has no signer` })
    return {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
      ...(principal && principals && { [PRINCIPAL_HEADER]: await principals.sign(principal) }),
    }
  }

  async function send(method: string, path: string, call: HttpCall, headers: Record<string, string>, signal: AbortSignal) {
    const options = {
      ...{ origin, path },
      method: method as Dispatcher.HttpMethod,
      headers,
      signal,
      body: call.body === undefined ? null : JSON.stringify(call.body),
      headersTimeout: 0,
      bodyTimeout: 0,
    }
    try {
      return await agent.request(options)
    } catch (error) {
      if (method !== 'GET' || signal.aborted || !isConnectionError(error)) throw error
      await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS))
      return await agent.request(options)
    }
  }

  const failure = (error: unknown, isLate: boolean, outer: AbortSignal | undefined): unknown => {
    if (isLate || (outer?.aborted && (outer.reason as Error)?.name === 'TimeoutError')) {
      return commonErrors.timeout({ internal: `${name} did not answer in time`, cause: error })
    }
    if (outer?.aborted) return outer.reason
    if (isConnectionError(error)) return commonErrors.service_busy({ internal: `${name} is unreachable`, cause: error, retryAfterS: 1 })
    return error
  }

  return {
    async json<T>(method: string, path: string, call: HttpCall = {}): Promise<T> {
      const timeoutMs = Math.min(call.timeoutMs ?? defaultTimeoutMs, (call.signal && remainingMs(call.signal)) ?? Number.POSITIVE_INFINITY)
      const headers = { ...(await headersOf(call)), [TIMEOUT_HEADER]: String(Math.ceil(timeoutMs)) }
      const limit = limitCall(timeoutMs, call.signal)
      try {
        const response = await send(method, path, call, headers, limit.signal)
        const text = await response.body.text()
        const body = parseJson(text)
        if (response.statusCode >= 400) throw problemFromResponse(body, response.statusCode, retryAfterOf(response.headers))
        if (body === undefined && text !== '') throw commonErrors.internal_error({ internal: `${name} answered without JSON` })
        return body as T
      } catch (error) {
        throw failure(error, limit.isOver, call.signal)
      } finally {
        limit.letGo()
      }
    },

    close: () => agent.destroy(),
  }
}

const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_CLOSED',
])

function isConnectionError(error: unknown): boolean {
  const { code, errors } = error as { code?: string; errors?: unknown[] }
  return (code !== undefined && CONNECTION_CODES.has(code)) || (errors?.some(isConnectionError) ?? false)
}

function retryAfterOf(headers: Record<string, string | string[] | undefined>): number | undefined {
  const value = Number(headers['retry-after'])
  return Number.isFinite(value) && value > 0 ? value : undefined
}

function parseJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
