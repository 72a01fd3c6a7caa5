import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Principal } from '@parley/principal'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'

/** A service's Fastify instance: routes take zod schemas and get typed requests. */
export type App = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, from the signed header of the gateway or another service; null for anonymous requests. */
    principal: Principal | null
    /** Aborts when the caller's time (x-parley-timeout-ms) is over or the connection closes before the answer is out. */
    readonly deadline: AbortSignal
  }
}
