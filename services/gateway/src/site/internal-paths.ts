import { commonErrors } from '@parley/errors'
import type { App } from '@parley/service-kit'

/** Routes, not paths: the router knows `/metric%73` and `http://host/metrics` for what they are. */
const INTERNAL = new Set(['/metrics', '/openapi.json'])

/** Metrics are for the cluster: a request that came through a proxy from outside does not find them. */
export function hideInternalPaths(app: App): void {
  app.addHook('onRequest', async ({ headers, routeOptions }) => {
    if (headers['x-forwarded-for'] !== undefined && INTERNAL.has(routeOptions.url ?? ''))
      throw commonErrors.not_found({ internal: 'asked for from outside' })
  })
}
