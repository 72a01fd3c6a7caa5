import type { Readable } from 'node:stream'
import replyFrom from '@fastify/reply-from'
import { commonErrors } from '@parley/errors'
import { PRINCIPAL_HEADER, type PrincipalSigner } from '@parley/principal'
import { type App, CONNECTION_MAX_AGE_MS, sendProblem } from '@parley/service-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { requestHeaders, responseHeaders } from './forwarded-headers.ts'
import type { UpstreamName, Upstreams } from './upstreams.ts'

/** Bodies up to here are read whole where that is needed: for an ETag, a cookie, a repeated write. */
const WHOLE_BODY_MAX_BYTES = 1_048_576

/** An answer read whole. */
export interface UpstreamAnswer {
  status: number
  contentType: string | undefined
  body: Buffer
}

export interface ForwardOptions {
  upstream: UpstreamName
  /** Sent instead of the client's body. */
  json?: unknown
  /** Gets the answer instead of the client, headers and status are set already. Must send something. */
  onAnswer?: (answer: UpstreamAnswer, reply: FastifyReply) => Promise<unknown>
  /** Runs before the client is told that there was no answer. */
  onFailure?: () => Promise<unknown>
}

export type Forward = (request: FastifyRequest, reply: FastifyReply, options: ForwardOptions) => Promise<FastifyReply>

export interface ForwardDependencies {
  upstreams: Upstreams
  signer: PrincipalSigner
  timeoutMs: number
}

/**
 * Hands a request on to a service, with a signed principal in place of the client's credentials, and its answer back:
 * streams as they come, problems as they are. Without the service: 503 `service_busy`.
 */
export async function createForward(app: App, { upstreams, signer, timeoutMs }: ForwardDependencies): Promise<Forward> {
  await app.register(replyFrom, {
    undici: {
      connections: 256,
      headersTimeout: timeoutMs,
      bodyTimeout: 120_000,
      connect: { timeout: 2_000 },
      keepAliveTimeout: 30_000,
      clientTtl: CONNECTION_MAX_AGE_MS,
    },
    disableRequestLogging: true,
  })

  return async (request, reply, { upstream, json, onAnswer, onFailure }) => {
    const { principal } = request.identity ?? {}
    const userAgent = request.headers['user-agent']
    const added: Record<string, string> = {
      'x-request-id': request.id,
      'x-parley-client-ip': request.ip,
      ...(userAgent !== undefined && { 'x-parley-user-agent': userAgent }),
      'x-parley-timeout-ms': String(timeoutMs),
      ...(principal && { [PRINCIPAL_HEADER]: await signer.sign(principal) }),
    }
    const { origin, pathname, search } = targetOf(request, upstreams[upstream])
    return reply.from(origin + pathname, {
      // Apart from the address, which reply-from decodes and searches for `../`: a query may hold anything.
      queryString: () => search.slice(1),
      // A connection that the service closed meanwhile; reply-from repeats safe methods only.
      retriesCount: 1,
      rewriteRequestHeaders: (_request, headers) => requestHeaders(headers, added),
      rewriteHeaders: (headers) => responseHeaders(headers),
      ...bodyOf(request, json),
      onResponse: (_request, answering, response) => {
        const stream = (response as unknown as { stream: Readable }).stream
        answer(request, answering as unknown as FastifyReply, stream, onAnswer).catch((error: unknown) => {
          stream.destroy()
          sendProblem(request, reply, error)
        })
      },
      onError: (_reply, { error }) => {
        void Promise.resolve(onFailure?.()).finally(() => sendProblem(request, reply, error.cause ?? error))
      },
    })
  }
}

/** Address of the same path at the service. A path that changes when it is normalised (`/../internal`) goes nowhere. */
function targetOf({ url }: FastifyRequest, origin: string): URL {
  const target = new URL(url, origin)
  const [path] = url.split('?')
  if (target.pathname !== path || target.origin !== new URL(origin).origin)
    throw commonErrors.not_found({ internal: 'path is not in normal form' })
  return target
}

function bodyOf(request: FastifyRequest, json: unknown): { body?: unknown; contentType?: string } {
  if (json !== undefined) return { body: Buffer.from(JSON.stringify(json)), contentType: 'application/json' }
  const { body } = request
  if (!Buffer.isBuffer(body) || body.length === 0) return {}
  return { body, contentType: request.headers['content-type'] ?? 'application/octet-stream' }
}

async function answer(request: FastifyRequest, reply: FastifyReply, stream: Readable, onAnswer: ForwardOptions['onAnswer']): Promise<void> {
  if (!onAnswer && !isSmallRead(request, reply)) {
    await reply.send(stream)
    return
  }
  const body = await readWhole(stream)
  reply.removeHeader('content-length')
  const type = reply.getHeader('content-type')
  if (onAnswer) await onAnswer({ status: reply.statusCode, contentType: type === undefined ? undefined : String(type), body }, reply)
  else await reply.send(body)
}

/** Small JSON answers to GET are read whole, so that they can carry an ETag. */
function isSmallRead(request: FastifyRequest, reply: FastifyReply): boolean {
  const length = Number(reply.getHeader('content-length'))
  return request.method === 'GET' && length > 0 && length <= WHOLE_BODY_MAX_BYTES
}

async function readWhole(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    size += (chunk as Buffer).length
    if (size > WHOLE_BODY_MAX_BYTES) throw commonErrors.internal_error({ internal: 'upstream answer too large to be read whole' })
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}
