import { DIMENSIONS, type Embedder } from '@parley/embeddings'
import t from 'tap'
import { readPage } from './markdown.ts'
import { createSearchIndex } from './search-index.ts'

t.test('without a model the words alone find the page', async (t) => {
  const broken: Embedder = {
    embed: () => Promise.reject(new Error('no model')),
    close: async () => {},
  }
  const pages = ['# Deploying\n\nUse docker compose on a server.', '# Limits\n\nFifty messages a day.'].map((markdown, index) => ({
    path: `${index}.md`,
    ...readPage(markdown, ''),
  }))
  const index = createSearchIndex(pages, broken)
  await t.rejects(index.ready(), /no model/)
  t.match(await index.search('How does docker work on my server?'), [{ page: { title: 'Deploying' } }, { score: 0 }])

  let calls = 0
  const ended: Embedder = {
    async embed(texts) {
      calls += 1
      if (calls > 1) throw new Error('the model has ended')
      return texts.map(() => new Float32Array(DIMENSIONS))
    },
    close: async () => {},
  }
  const [best] = await createSearchIndex(pages, ended).search('How does docker work on my server?')
  t.equal(best?.page.title, 'Deploying', 'also when it ends between the pages and the question')
})

t.test('an index that is ready has the model loaded, also where all vectors were kept', async (t) => {
  const cacheDirectory = t.testdir()
  const asked: string[][] = []
  const embedder: Embedder = {
    async embed(texts) {
      asked.push(texts)
      return texts.map(() => new Float32Array(DIMENSIONS))
    },
    close: async () => {},
  }
  const pages = [{ path: 'limits.md', ...readPage('# Limits\n\nFifty messages a day.', '') }]
  await createSearchIndex(pages, embedder, cacheDirectory).ready()
  const forPages = asked.shift()?.length ?? 0
  t.ok(forPages > 0)
  asked.length = 0
  await createSearchIndex(pages, embedder, cacheDirectory).ready()
  t.strictSame(
    asked.map(({ length }) => length),
    [0, 1],
  )
})
