import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { GREETING as request } from './conformance/requests.ts'
import { openProviders, type ProviderConfiguration } from './registry.ts'

const common = { connectTimeoutMs: 2000 }
const configuration = (fields: Partial<ProviderConfiguration> = {}): ProviderConfiguration => ({
  id: 'ours',
  kind: 'openai-compatible',
  apiKey: null,
  baseUrl: 'http://127.0.0.1:1/v1',
  isSimulated: false,
  ...fields,
})
const chunk = (delta: object, finish_reason: string | null = null) =>
  `data: ${JSON.stringify({ id: 'a', model: 'm', choices: [{ delta, finish_reason }] })}\n\n`

/** An endpoint whose answers go on when the test says so. */
async function startEndpoint(t: Test) {
  const waiting: ServerResponse[] = []
  const server = createServer((incoming, response) => {
    incoming.resume()
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(chunk({ content: 'Par' }))
    waiting.push(response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    goOn: () => waiting.shift()?.end(chunk({ content: 'ley' }, 'stop')),
  }
}

t.test('C1 any number of providers of a kind, under ids of their own', async (t) => {
  const providers = openProviders([configuration(), configuration({ id: 'theirs', isSimulated: true })], common)
  t.teardown(() => providers.close())
  t.equal(providers.get('ours')?.id, 'ours')
  t.equal(providers.modeOf('ours'), 'real')
  t.equal(providers.modeOf('theirs'), 'simulated')
  t.equal(providers.get('openai'), undefined)
  t.equal(providers.modeOf('openai'), undefined)
})

t.test('C1 a provider is replaced when its record changed, and only then', async (t) => {
  const providers = openProviders([configuration()], common)
  t.teardown(() => providers.close())
  const first = providers.get('ours')
  providers.put(configuration())
  t.equal(providers.get('ours'), first)
  providers.put(configuration({ apiKey: 'another' }))
  t.not(providers.get('ours'), first)
  providers.remove('ours')
  t.equal(providers.get('ours'), undefined)
  providers.remove('ours')
  t.throws(() => providers.put(configuration({ baseUrl: 'no address' })))
  t.equal(providers.modeOf('ours'), undefined)
})

for (const change of ['put', 'remove'] as const) {
  t.test(`C1 a stream that runs when its provider is changed by ${change} ends in peace`, async (t) => {
    const endpoint = await startEndpoint(t)
    const providers = openProviders([configuration({ baseUrl: endpoint.baseUrl })], common)
    t.teardown(() => providers.close())
    let text = ''
    await providers.get('ours')?.stream(request, new AbortController().signal, (batch) => {
      for (const part of batch) if (part.type === 'text') text += part.text
      if (text !== 'Par') return undefined
      if (change === 'put') providers.put(configuration({ baseUrl: endpoint.baseUrl, apiKey: 'a new key' }))
      else providers.remove('ours')
      endpoint.goOn()
      return undefined
    })
    t.equal(text, 'Parley')
  })
}

t.test('closing cuts what runs, streams of replaced providers included', async (t) => {
  const endpoint = await startEndpoint(t)
  const providers = openProviders([configuration({ baseUrl: endpoint.baseUrl })], common)
  const reading = providers.get('ours')?.stream(request, new AbortController().signal, () => {
    providers.remove('ours')
    return providers.close()
  })
  await t.rejects(async () => reading, { code: 'cut' })
})
