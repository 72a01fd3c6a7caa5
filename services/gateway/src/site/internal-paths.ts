import { commonErrors } from '@parley/errors'
import type { App } from '@parley/service-kit'

const INTERNAL = /^\/(metrics|openapi\.json)(\?|$)/

/** Metrics are for the cluster: a request that came through a proxy from outside does not find them. */
export function hideInternalPaths(app: App): void {
  app.addHook('onRequest', async ({ url, headers }) => {
    if (headers['x-forwarded-for'] !== undefined && INTERNAL.test(url)) throw commonErrors.not_found({ internal: 'asked for from outside' })
  })
}
