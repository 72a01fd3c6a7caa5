import { commonErrors } from '@parley/errors'
import type { FastifyRequest } from 'fastify'
import type { SessionCookies } from './session-cookies.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])
const OWN_SITE = new Set(['same-origin', 'none'])
const JSON_TYPE = /^application\/(json|[\w.-]+\+json)\s*(;|$)/i

/**
 * a write that a browser's cookies speak for must be JSON and come from our own pages (Sec-Fetch-Site same-origin
 * or none, or an allow-listed Origin). A form or a script of another site can do neither. A write without a body needs
 * no content type. Requests with an Authorization header are not the browser's doing.
 */
export function refuseForeignWrites(request: FastifyRequest, cookies: SessionCookies, allowedOrigins: ReadonlySet<string>): void {
  if (SAFE_METHODS.has(request.method) || request.headers.authorization !== undefined || !cookies.arePresent(request)) return
  const { origin } = request.headers
  const site = request.headers['sec-fetch-site']
  const isOwnSite = (typeof site === 'string' && OWN_SITE.has(site)) || (origin !== undefined && allowedOrigins.has(origin))
  if (!isOwnSite) throw commonErrors.csrf_rejected({ internal: `site ${site ?? 'unknown'}, origin ${origin ?? 'none'}` })
  if (!isJson(request)) throw commonErrors.csrf_rejected({ internal: `content type ${request.headers['content-type'] ?? 'none'}` })
}

function isJson({ headers }: FastifyRequest): boolean {
  const type = headers['content-type']
  if (type !== undefined) return JSON_TYPE.test(type)
  return headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0'
}
