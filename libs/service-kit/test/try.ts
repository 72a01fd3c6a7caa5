import { createLogger } from '@parley/telemetry'
import { z } from 'zod'
import { createService, createHttpClient } from '../src/index.ts'
const logger = createLogger({ name: 'x', level: 'warn' })
const app = await createService({ name: 'x', logger, readiness: { a: async () => 1, b: () => Promise.reject(new Error('no')) } })
app.post('/things/:id', { schema: { body: z.strictObject({ name: z.string().min(2) }), params: z.object({ id: z.uuid() }), response: { 200: z.object({ ok: z.boolean() }) } } }, async (request) => ({ ok: request.body.name === 'aa' }))
const url = await app.listen({ port: 0, host: '127.0.0.1' })
const go = async (path: string, init?: RequestInit) => { const r = await fetch(url + path, init); console.log(path, r.status, r.headers.get('content-type'), (await r.text()).slice(0, 600)) }
await go('/health/live'); await go('/health/ready'); await go('/openapi.json'); await go('/nope'); await go('/%zz')
const id = '018f0000-0000-7000-8000-000000000000'
await go('/things/1', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":"a","x":1}' })
await go(`/things/${id}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":"a","x":1}' })
await go(`/things/${id}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name"' })
await go(`/things/${id}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '' })
await go(`/things/${id}`, { method: 'POST', headers: { 'content-type': 'text/xml' }, body: '<a/>' })
await go(`/things/${id}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: 'a'.repeat(300000) }) })
await go(`/things/${id}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":"aa"}' })
await go('/metrics')
const c = createHttpClient({ baseUrl: url, name: 'x' })
console.log(await c.json('POST', `/things/${id}`, { body: { name: 'aa' } }))
await c.json('POST', `/things/${id}`, { body: { name: 'a' } }).catch((e) => console.log(e.code, e.errors))
await c.close()
await app.close()
