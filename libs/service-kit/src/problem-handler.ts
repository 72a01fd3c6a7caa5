import type { Socket } from 'node:net'
import { commonErrors, toProblem } from '@parley/errors'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { v7 as uuidv7 } from 'uuid'
import type { App } from './app.ts'
import { asAppError } from './foreign-errors.ts'

export { asAppError }

const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** Answers with the error as problem+json. Server faults go to the log with their cause; nothing internal goes to the caller. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, thrown: unknown): FastifyReply {
  const error = asAppError(thrown)
  const problem = toProblem(error, request.id)
  if (problem.status >= 500) {
    const level = error.kind === 'internal' ? 'error' : 'warn'
    request.log[level]({ err: thrown, code: error.code }, error.message)
  } else {
    request.log.debug({ code: error.code }, error.message)
  }
  if (error.retryAfterS !== undefined) void reply.header('retry-after', Math.max(1, Math.ceil(error.retryAfterS)))
  else if (problem.status === 503) void reply.header('retry-after', 1)
  // Serialized here: the route may have a serializer for another shape.
  return reply.code(problem.status).header('content-type', PROBLEM_TYPE).serializer(String).send(JSON.stringify(problem))
}

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

/** Bytes that are not HTTP: there is no request to answer, only a socket. */
export function answerMalformedHttp(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy(error)
    return
  }
  const body = JSON.stringify(toProblem(commonErrors.invalid_request(), uuidv7()))
  socket.end(
    `HTTP/1.1 400 Bad Request\r\ncontent-type: ${PROBLEM_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}
