import t from 'tap'
import { startWorld } from './harness.ts'

const document = (paths: object, schemas: object = {}) => ({
  openapi: '3.1.0',
  info: { title: 'x', version: '1' },
  paths,
  components: { schemas },
})

t.test('the public API of all services is one OpenAPI 3.1 document, without their internal paths', async (t) => {
  const world = await startWorld(t)
  world.chat.documents.value = document(
    { '/api/v1/conversations': { get: { responses: { 200: { $ref: '#/components/schemas/Page' } } } }, '/internal/turns': { post: {} } },
    { Page: { type: 'object' } },
  )
  world.other.documents.value = document({ '/api/v1/models': { get: {} } }, { Page: { type: 'string' } })
  const gateway = await world.startGateway()
  const response = await gateway.fetch('/api/openapi.json')
  t.equal(response.status, 200)
  const merged = (await response.json()) as { openapi: string; paths: Record<string, object>; components: { schemas: object } }
  t.equal(merged.openapi, '3.1.0')
  t.match(Object.keys(merged.paths), [
    '/api/v1/admin/bans',
    '/api/v1/admin/bans/{id}',
    '/api/v1/conversations',
    '/api/v1/models',
    '/api/v1/ws-ticket',
  ])
  t.strictSame(merged.paths['/api/v1/conversations'], { get: { responses: { 200: { $ref: '#/components/schemas/chat.Page' } } } })
  t.match(merged.components.schemas, { 'chat.Page': { type: 'object' }, 'ai-router.Page': { type: 'string' } })
})

t.test('a service that is away is described as it was last; the page at /api/docs works under the policy', async (t) => {
  const world = await startWorld(t)
  world.chat.documents.value = document({ '/api/v1/conversations': { get: {} } })
  const gateway = await world.startGateway()
  await gateway.fetch('/api/openapi.json')
  await world.chat.close()
  t.match(await (await gateway.fetch('/api/openapi.json')).json(), { paths: { '/api/v1/conversations': {} } })
  const page = await gateway.fetch('/api/docs')
  t.equal(page.status, 200)
  t.match(page.headers.get('content-type'), 'text/html')
  t.notMatch(await page.text(), /<script>(?!<)/, 'no inline script')
  t.match(await (await gateway.fetch('/api/docs/json')).json(), { paths: { '/api/v1/conversations': {} } })
})
