import t from 'tap'
import { cosine, createEmbedder, DIMENSIONS } from '../src/index.ts'

t.test('texts that mean about the same lie closer than others, and each vector has length 1', async (t) => {
  const embedder = createEmbedder()
  t.teardown(() => embedder.close())
  const [asked, rephrased, other] = await embedder.embed([
    'How can I improve my spoken English?',
    'What should I do to speak English better?',
    'Why is the sky blue in the morning?',
  ])
  if (!asked || !rephrased || !other) throw new Error('a vector is missing')
  t.equal(asked.length, DIMENSIONS)
  for (const vector of [asked, rephrased, other]) t.ok(Math.abs(cosine(vector, vector) - 1) < 1e-3)
  t.ok(cosine(asked, rephrased) > 0.75)
  t.ok(cosine(asked, other) < 0.5)
  t.same(await embedder.embed([]), [])
})

t.test('a text has the same vector alone and among others, and from a model that was unloaded and loaded again', async (t) => {
  const embedder = createEmbedder({ idleMs: 0 })
  t.teardown(() => embedder.close())
  const text = 'What is the capital of France?'
  const [among] = await embedder.embed([text, 'A much longer text about something else, which fills the batch up to its own length.'])
  await embedder.close()
  const [alone] = await embedder.embed([text])
  if (!among || !alone) throw new Error('a vector is missing')
  t.ok(cosine(among, alone) > 0.9999)
})

t.test('who waits for a vector when the model is closed is told so', async (t) => {
  const embedder = createEmbedder()
  const vectors = embedder.embed(['Is anybody there?'])
  await Promise.all([t.rejects(vectors, /thread ended/), embedder.close()])
})
