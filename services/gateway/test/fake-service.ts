import { createPrincipalVerifier, PRINCIPAL_HEADER, type Principal, type PublicJwk } from '@parley/principal'
import fastify, { type FastifyInstance } from 'fastify'

export interface SeenRequest {
  method: string
  url: string
  headers: Record<string, string | string[] | undefined>
  principal: Principal | null
  body: unknown
}

/** Any service behind the gateway: remembers what it was asked and echoes it, unless a test gives it routes first. */
export async function startFakeService(
  jwks: { keys: PublicJwk[] },
  routes: (app: FastifyInstance, seen: SeenRequest[]) => void = () => undefined,
) {
  const app = fastify({ forceCloseConnections: true })
  const principals = createPrincipalVerifier({ jwks })
  const seen: SeenRequest[] = []
  /** What it says about itself at /openapi.json. */
  const documents: { value: object } = { value: { openapi: '3.1.0', info: { title: 'fake', version: '1' }, paths: {} } }
  app.addHook('preHandler', async (request) => {
    const token = request.headers[PRINCIPAL_HEADER]
    const principal = typeof token === 'string' ? await principals.verify(token) : null
    seen.push({ method: request.method, url: request.url, headers: request.headers, principal, body: request.body })
  })
  app.get('/openapi.json', async () => documents.value)
  routes(app, seen)
  app.all('/*', async () => seen.at(-1))
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return { url, app, seen, documents, close: () => app.close() }
}
