import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { type AppError, commonErrors, isAppError, toOpenAiError, toProblem } from '@parley/errors'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { v7 as uuidv7 } from 'uuid'
import type { App } from './app.ts'
import { asAppError } from './foreign-errors.ts'

export { asAppError }

const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** Paths of the OpenAI-compatible API, whose clients read errors in OpenAI's shape only. */
const OPENAI_PATH = /^\/v1(?:[/?]|$)/

/**
 * Answers with the error: as problem+json, or under `/v1` as OpenAI does. Server faults go to the log with their cause;
 * nothing internal goes to the caller.
 */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, thrown: unknown): FastifyReply {
  const error = asAppError(thrown)
  const { status, type, body } = OPENAI_PATH.test(request.url) ? asOpenAi(error) : asProblem(error, request.id)
  if (status >= 500) {
    const level = error.kind === 'internal' ? 'error' : 'warn'
    request.log[level]({ ...(!isMeant(thrown) && { err: thrown }), code: error.code }, error.message)
  } else {
    request.log.debug({ code: error.code }, error.message)
  }
  if (error.retryAfterS !== undefined) void reply.header('retry-after', Math.max(1, Math.ceil(error.retryAfterS)))
  else if (status === 503) void reply.header('retry-after', 1)
  // Serialized here: the route may have a serializer for another shape.
  return reply.code(status).header('content-type', type).serializer(String).send(JSON.stringify(body))
}

/** A refusal that somebody decided on says by its code and text what it is. Under a flood its stack would be much of what it costs. */
const isMeant = (thrown: unknown): boolean => isAppError(thrown) && thrown.kind !== 'internal' && thrown.cause === undefined

function asProblem(error: AppError, requestId: string) {
  const body = toProblem(error, requestId)
  return { status: body.status, type: PROBLEM_TYPE, body }
}

const asOpenAi = (error: AppError) => ({ ...toOpenAiError(error), type: 'application/json; charset=utf-8' })

/** Every error and every unknown path as problem+json. */
export function answerErrors(app: App): void {
  app.setErrorHandler((error, request, reply) => sendProblem(request, reply, error))
  app.setNotFoundHandler((request, reply) =>
    sendProblem(request, reply, commonErrors.not_found({ internal: `no route ${request.method} ${request.url.split('?')[0]}` })),
  )
}

/** Paths the router cannot read (broken percent encoding) never reach a hook or handler. */
export function answerUnroutable(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  void reply.header('x-request-id', request.id)
  void sendProblem(request, reply, error)
}

const STATUS_OF_HTTP_ERROR: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }

/** Bytes that are not HTTP, headers that are too large or never end: there is no request to answer, only a socket. */
export function answerMalformedHttp(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy(error)
    return
  }
  const status = STATUS_OF_HTTP_ERROR[error.code ?? ''] ?? 400
  const title = STATUS_CODES[status] ?? 'Bad Request'
  const body = JSON.stringify({ ...toProblem(commonErrors.invalid_request(), uuidv7()), status, title })
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
