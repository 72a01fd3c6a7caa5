import { createHash } from 'node:crypto'
import type { App } from '@parley/service-kit'
import type { FastifyReply } from 'fastify'

/** Successful GETs carry an ETag of their content and honour If-None-Match. Answers that stream have none. */
export function entityTags(app: App): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.method !== 'GET' || reply.statusCode !== 200 || reply.hasHeader('etag')) return payload
    if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return payload
    const tag = `W/"${createHash('sha1').update(payload).digest('base64url')}"`
    void reply.header('etag', tag)
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'private, no-cache')
    return isKnown(request.headers['if-none-match'], tag) ? notModified(reply) : payload
  })
}

/** The weak comparison of RFC 9110. */
function isKnown(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false
  const opaque = (value: string) => value.trim().replace(/^W\//, '')
  return header.trim() === '*' || header.split(',').some((value) => opaque(value) === opaque(tag))
}

function notModified(reply: FastifyReply): null {
  void reply.code(304).removeHeader('content-length').removeHeader('content-type')
  return null
}
