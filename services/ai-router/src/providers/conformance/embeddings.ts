import type { EmbeddingRequest } from '../provider.ts'
import type { Suite } from './suite.ts'

export function embeddings({ vendor, provider, test }: Suite): void {
  const { embed } = provider
  if (!embed || !vendor.canPlay({ kind: 'embeddings' })) return
  const request: EmbeddingRequest = { model: 'a-model', inputs: ['one', 'two'], dimensions: 3 }
  const embedding = (signal = new AbortController().signal) => embed(request, signal)

  test('C12 embeddings: a vector for each input, in their order, and what they cost', async (t) => {
    const expected = vendor.play({ kind: 'embeddings' })
    t.same(await embedding(), { vectors: expected.vectors, usage: expected.usage })
  })
  test('C12 embeddings: what one request may hold is stated', async (t) => {
    const { inputs, tokens } = provider.embeddingLimits ?? { inputs: 0, tokens: 0 }
    t.ok(inputs >= 1 && tokens >= 1, `${inputs} texts, ${tokens} tokens`)
  })
  test('C12 embeddings: fewer vectors than inputs are a failure', async (t) => {
    vendor.play({ kind: 'embeddings' })
    await t.rejects(embed({ ...request, inputs: ['one', 'two', 'three'] }, new AbortController().signal), { code: 'malformed' })
  })
  test('C12 embeddings: refusals are told apart', async (t) => {
    for (const [status, code] of [
      [400, 'invalid'],
      [401, 'auth'],
      [429, 'rate_limited'],
      [500, 'overloaded'],
    ] as const) {
      vendor.play({ kind: 'refusal', status })
      await t.rejects(embedding(), { code })
    }
  })
  test('C12 embeddings: a connection that breaks is unreachable, an abort ends the request', async (t) => {
    vendor.play({ kind: 'reset', afterTokens: 'no_head' })
    await t.rejects(embedding(), { code: 'unreachable' })
    await t.rejects(embedding(AbortSignal.abort()), { code: 'aborted' })
    vendor.play({ kind: 'stall', afterTokens: 0 })
    const [asked, left] = [vendor.asked(), vendor.clientLeft()]
    const abort = new AbortController()
    const waiting = t.rejects(embedding(abort.signal), { code: 'aborted' })
    await asked
    abort.abort()
    await waiting
    await left
  })
}
