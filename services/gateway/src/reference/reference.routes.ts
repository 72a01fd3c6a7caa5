import swaggerUi from '@fastify/swagger-ui'
import type { App } from '@parley/service-kit'
import type { ApiDocuments } from './api-documents.client.ts'

/** `/api/openapi.json`, the public API of all services, and its page at `/api/docs`. */
export async function referenceRoutes(app: App, { documents }: { documents: ApiDocuments }): Promise<void> {
  app.get('/api/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    await documents.refresh()
    return reply.header('cache-control', 'public, max-age=300').send(documents.merged())
  })

  await app.register(swaggerUi, {
    routePrefix: '/api/docs',
    uiConfig: { persistAuthorization: false, tryItOutEnabled: false },
    uiHooks: { onRequest: (_request, _reply, done) => void documents.refresh().then(() => done(), done) },
    transformSpecification: () => documents.merged(),
    transformSpecificationClone: false,
  })
}
