import type { IncomingHttpHeaders } from 'node:http'

type Headers = Record<string, string | string[] | undefined>

/**
 * What a client may say to a service. Everything else stays at the edge: cookies and tokens, and whatever could pass for
 * a word of ours (x-parley-*, x-user-id, x-forwarded-*).
 */
const REQUEST_HEADERS = ['accept', 'accept-language', 'content-type', 'content-length', 'idempotency-key', 'last-event-id'] as const

/** Of the connection between gateway and service, or the gateway's own business. */
const DROPPED_RESPONSE_HEADERS = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'date',
  'server',
  'set-cookie',
  'x-powered-by',
  'x-request-id',
])

export function requestHeaders(given: IncomingHttpHeaders, added: Record<string, string>): Headers {
  const passed = REQUEST_HEADERS.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]] as const]))
  return { ...Object.fromEntries(passed), ...added }
}

export function responseHeaders(given: Headers): Headers {
  return Object.fromEntries(Object.entries(given).filter(([name]) => !DROPPED_RESPONSE_HEADERS.has(name)))
}
