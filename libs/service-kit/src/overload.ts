import underPressure from '@fastify/under-pressure'
import { commonErrors } from '@parley/errors'
import type { FastifyRequest } from 'fastify'
import type { App } from './app.ts'
import { isInternalPath } from './internal-routes.ts'

const DEFAULT_MAX_EVENT_LOOP_DELAY_MS = 1_000
const RETRY_AFTER_S = 5

interface ShedOptions {
  /** Mean delay of the event loop. */
  maxEventLoopDelayMs?: number
  isPaced?: (request: FastifyRequest) => boolean
}

/** Answers 503 `service_busy` early instead of piling requests up (D6). Health and metrics always get through. */
export async function shedOverload(
  app: App,
  { maxEventLoopDelayMs = DEFAULT_MAX_EVENT_LOOP_DELAY_MS, isPaced = () => false }: ShedOptions,
): Promise<void> {
  await app.register(underPressure, {
    maxEventLoopDelay: maxEventLoopDelayMs,
    pressureHandler: (request, _reply, type, value) => {
      if (isInternalPath(request.url) || isPaced(request)) return
      throw commonErrors.service_busy({ internal: `overloaded: ${type} ${value}`, retryAfterS: RETRY_AFTER_S })
    },
  })
}
