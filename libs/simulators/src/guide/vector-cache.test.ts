import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DIMENSIONS, type Embedder } from '@parley/embeddings'
import t from 'tap'
import { cachedVectors } from './vector-cache.ts'

/** A model whose vectors say the text's length, and that remembers what it was asked. */
function countingEmbedder() {
  const asked: string[] = []
  const embedder: Embedder = {
    async embed(texts) {
      asked.push(...texts)
      return texts.map((text) => new Float32Array(DIMENSIONS).fill(text.length))
    },
    close: async () => {},
  }
  return { asked, embedder }
}

t.test('a text is embedded once, then read from the folder until it changes', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-vectors-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const lengths = async (texts: string[], { embedder } = countingEmbedder()) =>
    (await cachedVectors(texts, embedder, directory)).map((vector) => vector[DIMENSIONS - 1])

  t.same(await lengths(['one', 'three', 'one']), [3, 5, 3])
  const later = countingEmbedder()
  t.same(await lengths(['three', 'seven!!', 'one'], later), [5, 7, 3])
  t.same(later.asked, ['seven!!'])
  const files = await readdir(directory)
  t.equal(files.length, 1, 'no drafts are left')

  await writeFile(join(directory, files[0] ?? ''), 'broken')
  const afresh = countingEmbedder()
  t.same(await lengths(['one'], afresh), [3])
  t.same(afresh.asked, ['one'])
})
