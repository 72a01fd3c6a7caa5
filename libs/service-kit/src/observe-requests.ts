import { attributes, histogram, metricsContentType, metricsText, nameActiveSpan } from '@parley/telemetry'
import type { App } from './app.ts'
import { isInternalPath } from './internal-routes.ts'

/** One log line, one duration and one named span per request, the x-request-id header, and `/metrics`. */
export function observeRequests(app: App): void {
  const durations = histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Duration of HTTP requests by route and status, seconds.',
    labelNames: ['method', 'route', 'status'],
  })

  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id)
    const route = request.routeOptions.url
    if (route && !isInternalPath(request.url)) {
      nameActiveSpan(`${request.method} ${route}`, { [attributes.httpRoute]: route, [attributes.requestId]: request.id })
    }
    done()
  })

  app.addHook('onResponse', (request, reply, done) => {
    if (!isInternalPath(request.url)) {
      const route = request.routeOptions.url ?? 'unmatched'
      const { method } = request
      const status = reply.statusCode
      durations.observe({ method, route, status: String(status) }, reply.elapsedTime / 1000)
      request.log.info({ method, route, status, durationMs: Math.round(reply.elapsedTime) }, 'request')
    }
    done()
  })

  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => reply.type(metricsContentType).send(await metricsText()))
}
