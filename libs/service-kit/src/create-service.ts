import type { PrincipalVerifier } from '@parley/principal'
import type { Logger } from '@parley/telemetry'
import fastify, { type FastifyBaseLogger, type FastifyRequest, type FastifyServerOptions, LogController } from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import type { App } from './app.ts'
import { provideDeadline } from './deadline.ts'
import { healthRoutes, type ReadinessChecks } from './health.ts'
import { closeConnectionsWhileDraining } from './lifecycle.ts'
import { refuseNulCharacters } from './nul-characters.ts'
import { observeRequests } from './observe-requests.ts'
import { describeApi } from './openapi.ts'
import { shedOverload } from './overload.ts'
import { answerErrors, answerMalformedHttp, answerUnroutable } from './problem-handler.ts'
import { requestIdFrom } from './request-id.ts'
import { readPrincipal } from './request-principal.ts'

const DEFAULT_BODY_LIMIT_BYTES = 262_144
/** Longer than the 60 s most load balancers keep idle connections, so that it is them who close. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000
const REQUEST_TIMEOUT_MS = 30_000

export interface ServiceOptions {
  /** As in logs, metrics and the OpenAPI title. */
  name: string
  logger: Logger
  /** Checks the principal header. Without it every request is anonymous. */
  principals?: PrincipalVerifier
  /** What the service cannot work without; each must settle within 1 s. */
  readiness: ReadinessChecks
  bodyLimitBytes?: number
  /** Whose X-Forwarded-For counts. Only the gateway has foreign clients. */
  trustProxy?: FastifyServerOptions['trustProxy']
  /** False where foreign clients connect: their x-request-id is replaced. */
  acceptRequestId?: boolean
  /** True where a text may contain U+0000 and the service's own schemas say where (passwords). */
  acceptsNulCharacters?: boolean
  /** Mean event loop delay from which requests are answered with 503. */
  maxEventLoopDelayMs?: number
  /** Requests that were let in at a bounded rate already: they are not refused for the delay of the event loop. */
  isPaced?: (request: FastifyRequest) => boolean
}

/**
 * A Fastify instance with the platform's defaults: zod validation, problem+json errors, request ids, deadlines,
 * principals, health, metrics, OpenAPI 3.1 and shedding of overload. It has no routes of the domain yet and does not listen.
 */
export async function createService(options: ServiceOptions): Promise<App> {
  const { name, logger, principals, readiness, bodyLimitBytes = DEFAULT_BODY_LIMIT_BYTES, trustProxy = false } = options
  const app: App = fastify({
    loggerInstance: logger as FastifyBaseLogger,
    // Requests are logged once, by observeRequests.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    requestIdHeader: false,
    genReqId: requestIdFrom({ accepted: options.acceptRequestId ?? true }),
    bodyLimit: bodyLimitBytes,
    trustProxy,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // A request on a kept connection is still answered while draining (see closeConnectionsWhileDraining).
    return503OnClosing: false,
    frameworkErrors: answerUnroutable,
    clientErrorHandler: answerMalformedHttp,
    exposeHeadRoutes: true,
  }).withTypeProvider<ZodTypeProvider>()

  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  acceptEmptyJson(app)
  answerErrors(app)
  observeRequests(app)
  closeConnectionsWhileDraining(app)
  provideDeadline(app)
  readPrincipal(app, principals)
  if (!options.acceptsNulCharacters) refuseNulCharacters(app)
  await shedOverload(app, options)
  await describeApi(app, name)
  healthRoutes(app, readiness)
  return app
}

/** `content-type: application/json` without a body is no body, not a malformed one: browsers send it with DELETE and stop. */
function acceptEmptyJson(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else void parse(request, body.toString(), done)
  })
}
