import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import { commonErrors } from '@parley/errors'
import { PRINCIPAL_HEADER, type PrincipalSigner } from '@parley/principal'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Agent, type Dispatcher } from 'undici'
import { requestHeaders, responseHeaders } from '../forwarding/forwarded-headers.ts'
import { requireIdentity } from '../identity/identify.ts'

/** A stream that is silent for so long is broken: the router gives up on a provider long before. */
const SILENCE_MS = 120_000
const CONNECT_TIMEOUT_MS = 2_000
const KEEP_ALIVE_MS = 30_000

export interface Pipe {
  /** Resolves when the answer is out or the client is gone. Throws what went wrong before the answer began. */
  run(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>
  close(): Promise<void>
}

export interface PipeOptions {
  /** Origin of the service. */
  origin: string
  signer: PrincipalSigner
  /** Time until the answer begins. */
  timeoutMs: number
}

/**
 * Hands a request on to a service and its answer back, both as the bytes they are and as they come: nothing is parsed or
 * kept. A client that reads slowly slows the service down; one that goes away ends the work there.
 */
export function createPipe({ origin, signer, timeoutMs }: PipeOptions): Pipe {
  const agent = new Agent({
    connect: { timeout: CONNECT_TIMEOUT_MS },
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: timeoutMs,
    bodyTimeout: SILENCE_MS,
  })

  return {
    async run(request, reply) {
      const options: Dispatcher.DispatchOptions = {
        origin,
        path: request.url,
        method: request.method as Dispatcher.HttpMethod,
        headers: requestHeaders(request.headers, {
          'x-request-id': request.id,
          'x-parley-client-ip': request.ip,
          'x-parley-timeout-ms': String(timeoutMs),
          [PRINCIPAL_HEADER]: await signer.sign(requireIdentity(request).principal),
        }),
        body: hasBody(request) ? request.raw : null,
      }
      await new Promise<void>((resolve, reject) => agent.dispatch(options, answerTo(reply, resolve, reject)))
      return reply
    },
    close: () => agent.destroy(),
  }
}

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

function answerTo(reply: FastifyReply, resolve: () => void, reject: (error: Error) => void): Dispatcher.DispatchHandler {
  const response = reply.raw
  return {
    onRequestStart(controller) {
      const abandon = () => controller.abort(commonErrors.timeout({ internal: 'the client went away' }))
      if (response.destroyed) abandon()
      else response.once('close', () => void (response.writableFinished || abandon()))
    },
    onResponseStart(controller, status, headers) {
      // 1xx: the answer itself is still to come.
      if (status < 200) return
      reply.hijack()
      response.writeHead(status, answerHeaders(reply, headers))
      response.on('drain', () => controller.resume())
    },
    onResponseData(controller, chunk) {
      if (!response.write(chunk)) controller.pause()
    },
    onResponseEnd() {
      response.end()
      resolve()
    },
    onResponseError(_controller, error) {
      if (!response.headersSent) return reject(error)
      // A broken connection is the only honest end of an answer that was cut.
      response.destroy()
      resolve()
    },
  }
}

/** Ours, then the service's; limits of both stand in one list. */
function answerHeaders(reply: FastifyReply, given: IncomingHttpHeaders): OutgoingHttpHeaders {
  const ours = reply.getHeaders()
  const limits = ['ratelimit', 'ratelimit-policy'].flatMap((name) =>
    ours[name] !== undefined && given[name] !== undefined ? [[name, `${ours[name]}, ${given[name]}`]] : [],
  )
  return { ...ours, ...responseHeaders(given), ...Object.fromEntries(limits) } as OutgoingHttpHeaders
}
