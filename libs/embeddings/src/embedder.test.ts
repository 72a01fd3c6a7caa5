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
