import t from 'tap'
import { cosine, createEmbedder, DIMENSIONS } from './embedder.ts'

t.test('a text that comes while the thread is being ended is embedded by the next one', async (t) => {
  const embedder = createEmbedder()
  t.teardown(() => embedder.close())
  const [first] = await embedder.embed(['a river runs to the sea'])
  t.equal(first?.length, DIMENSIONS)
  const ending = embedder.close()
  const [again] = await embedder.embed(['a river runs to the sea'])
  await ending
  t.ok(first && again && cosine(first, again) > 0.999)
})

t.test('what a thread was asked when it is ended is refused, not left hanging', async (t) => {
  const embedder = createEmbedder()
  const asked = embedder.embed(['a river'])
  const refused = t.rejects(asked, { message: 'the embedding thread ended' })
  await embedder.close()
  await refused
})

t.test('texts that mean about the same lie closer than others, and each vector has length 1', async (t) => {
  const embedder = createEmbedder()
  t.teardown(() => embedder.close())
  const asked = 'How can I improve my spoken English?'
  const [first, rephrased, other] = await embedder.embed([asked, 'What should I do to speak English better?', 'Why is the sky blue?'])
  const [alone] = await embedder.embed([asked])
  if (!first || !rephrased || !other || !alone) throw new Error('a vector is missing')
  for (const vector of [first, rephrased, other]) t.ok(Math.abs(cosine(vector, vector) - 1) < 1e-3)
  t.ok(cosine(first, rephrased) > 0.75)
  t.ok(cosine(first, other) < 0.5)
  t.ok(cosine(first, alone) > 0.9999, 'what is embedded beside it changes nothing')
  t.same(await embedder.embed([]), [])
})
