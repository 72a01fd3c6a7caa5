import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { createOpenaiModerator } from './openai-moderation.client.ts'

/** Answers as OpenAI's moderation endpoint does; the bodies it was sent. */
async function startVendor(t: { teardown(fn: () => unknown): void }, status: number, result: object) {
  const bodies: unknown[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (piece) => {
      body += piece
    })
    request.on('end', () => {
      bodies.push({ path: request.url, authorization: request.headers.authorization, ...JSON.parse(body) })
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ id: 'modr-1', model: 'omni-moderation-latest', results: [result] }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const moderator = createOpenaiModerator({
    apiKey: 'sk-test',
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    connectTimeoutMs: 1_000,
  })
  t.teardown(() => moderator.close())
  return { moderator, bodies }
}

t.test('C8 OpenAI’s categories are read as ours; its own decision outweighs the figures', async (t) => {
  const { moderator, bodies } = await startVendor(t, 200, {
    flagged: true,
    categories: { 'self-harm/intent': true, violence: false, 'sexual/minors': false, 'illicit/violent': true, 'something/new': true },
    category_scores: { 'self-harm/intent': 0.61, violence: 0.7, 'sexual/minors': 0.01, 'illicit/violent': 0.99, 'something/new': 1 },
  })
  t.same(await moderator.classify('a text', AbortSignal.timeout(5_000)), { self_harm: 0.9, violence: 0.99, sexual_minors: 0.01 })
  t.match(bodies, [{ path: '/v1/moderations', authorization: 'Bearer sk-test', model: 'omni-moderation-latest', input: 'a text' }])
})

t.test('an error of the service is not retried: the text is waiting', async (t) => {
  const { moderator, bodies } = await startVendor(t, 500, {})
  await t.rejects(moderator.classify('a text', AbortSignal.timeout(5_000)))
  t.equal(bodies.length, 1)
})
