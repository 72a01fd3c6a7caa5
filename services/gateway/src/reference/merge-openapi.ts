/** The parts of an OpenAPI document that are merged. */
export interface OpenApiDocument {
  openapi: string
  info: { title: string; version: string; description?: string }
  paths?: Record<string, unknown>
  components?: { schemas?: Record<string, unknown>; securitySchemes?: Record<string, unknown> }
  [key: string]: unknown
}

const PUBLIC_PATH = /^\/(api|\.well-known|v1)\//

/**
 * One document out of those of the services: public paths only, and component names made unique by the service's.
 * Where two documents describe a path, the later one counts.
 */
export function mergeOpenApi(documents: ReadonlyMap<string, OpenApiDocument>, serverUrl: string): OpenApiDocument {
  const paths: Record<string, unknown> = {}
  const schemas: Record<string, unknown> = {}
  for (const [service, document] of documents) {
    const { paths: own = {}, components } = withUniqueNames(document, service)
    for (const [path, item] of Object.entries(own)) if (PUBLIC_PATH.test(path)) paths[path] = item
    Object.assign(schemas, components?.schemas)
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Parley', version: '1', description: 'The public API. Errors are application/problem+json with a stable `code`.' },
    servers: [{ url: serverUrl }],
    security: [{ cookie: [] }, { bearer: [] }],
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => a.localeCompare(b))),
    components: {
      schemas,
      securitySchemes: {
        cookie: { type: 'apiKey', in: 'cookie', name: 'parley_access' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
    },
  }
}

const REFERENCE = '#/components/schemas/'

function withUniqueNames(document: OpenApiDocument, service: string): OpenApiDocument {
  const schemas = Object.entries(document.components?.schemas ?? {})
  if (schemas.length === 0) return document
  const prefix = `${service}.`
  const renamed = { ...document, components: { schemas: Object.fromEntries(schemas.map(([name, schema]) => [prefix + name, schema])) } }
  return JSON.parse(JSON.stringify(renamed).replaceAll(REFERENCE, REFERENCE + prefix)) as OpenApiDocument
}
