import type { IncomingMessage, Server } from 'node:http'
import websocket from '@fastify/websocket'
import { socketApi } from '@parley/contracts'
import { commonErrors } from '@parley/errors'
import { type App, isDraining } from '@parley/service-kit'
import type { FastifyRequest } from 'fastify'
import type { WebSocket } from 'ws'
import { z } from 'zod'
import { requireIdentity } from '../identity/identify.ts'
import { type AuthorizeSocketDependencies, authorizeSocket, type SocketAuthorization } from './authorize-socket.ts'
import { closeCodeOf } from './close-codes.ts'
import type { Handshakes } from './handshakes.ts'
import { type ServeSocketDependencies, serveSocket } from './serve-socket.ts'
import { TICKET_TTL_S } from './tickets.store.ts'

const MESSAGE_MAX_BYTES = 65_536

declare module 'fastify' {
  interface FastifyRequest {
    socketAuthorization: SocketAuthorization | null
    /** Lets go of the response that a handshake never sends. */
    releaseResponse: (() => void) | null
  }
}

/** Upgrades of requests to sockets, a few at a time. Comes before hooks that look at `request.ws`. */
export async function acceptSockets(app: App, handshakes: Handshakes): Promise<void> {
  handshakes.paceUpgradesOf(app.server)
  // The plugin closes the connection of a handshake that was refused only when its own hook came to see the request;
  // one that is left open would keep the server from ever closing.
  app.addHook('onResponse', async ({ headers, raw }) => {
    if (headers.upgrade !== undefined) raw.socket.destroy()
  })
  await app.register(websocket, {
    options: {
      // The plugin only listens for `upgrade` on what it takes for the server.
      server: handshakes.paced as Server,
      maxPayload: MESSAGE_MAX_BYTES,
      perMessageDeflate: false,
      handleProtocols: (offered: Set<string>) => (offered.has(socketApi.SOCKET_PROTOCOL) ? socketApi.SOCKET_PROTOCOL : false),
    },
    // Open sockets are closed with 1012 before the server is: see drain-connections.ts.
    preClose: (done: () => void) => done(),
  })
  app.websocketServer.on('connection', (_socket: WebSocket, request: IncomingMessage) => handshakes.opened(request))
}

/** `GET /api/v1/ws`, the socket, and `POST /api/v1/ws-ticket` for programs that have no cookies. */
export function socketRoutes(app: App, deps: AuthorizeSocketDependencies & ServeSocketDependencies): void {
  app.decorateRequest('socketAuthorization', null)
  app.decorateRequest('releaseResponse', null)

  app.route({
    method: 'GET',
    url: '/api/v1/ws',
    schema: { hide: true, querystring: z.object({ ticket: z.string().optional() }) },
    preHandler: async (request, { raw: response }) => {
      if (!request.ws) throw commonErrors.invalid_request({ errors: [{ path: '', message: 'This address speaks WebSocket only.' }] })
      if (isDraining(app)) throw commonErrors.service_busy({ internal: 'draining', retryAfterS: 1 })
      request.socketAuthorization = await authorizeSocket(deps, request, request.query.ticket)
      request.releaseResponse = () => response.detachSocket(request.raw.socket)
    },
    handler: async (_request, reply) => reply.callNotFound(),
    wsHandler: (socket, request) => {
      const authorization = request.socketAuthorization ?? { refusal: 'unauthenticated' as const }
      if ('refusal' in authorization) return socket.close(closeCodeOf[authorization.refusal], authorization.refusal)
      const { claims } = authorization
      // Asked only now: of handshakes that run side by side none was counted before it is served.
      if (!deps.connections.hasRoomFor(claims.sub)) return socket.close(socketApi.closeCodes.tooMany, 'tooMany')
      releaseHandshake(socket, request)
      serveSocket(deps, socket, { claims, ip: request.ip })
    },
  })

  app.post(
    '/api/v1/ws-ticket',
    { schema: { tags: ['live'], response: { 201: z.object({ ticket: z.string(), expiresIn: z.number().int() }) } } },
    async (request, reply) => {
      const { claims } = requireIdentity(request)
      return reply.code(201).send({ ticket: await deps.tickets.create(claims), expiresIn: TICKET_TTL_S })
    },
  )
}

/**
 * A socket outlives its handshake by hours, and there are many: request and response, held by the plugin's error listener and
 * by the connection, would be half of what an idle one costs.
 */
function releaseHandshake(socket: WebSocket, request: FastifyRequest): void {
  socket.removeAllListeners('error')
  request.releaseResponse?.()
}
