import { DIMENSIONS, type Embedder } from '@parley/embeddings'
import { createLogger } from '@parley/telemetry'
import t from 'tap'
import type { CachedQuestion } from './cached-questions.store.ts'
import { createSimilarAnswers } from './similar-answers.ts'
import { quantise } from './vector-code.ts'

const logger = createLogger({ name: 'test', level: 'silent' })
const vector = Float32Array.from({ length: DIMENSIONS }, (_, index) => (index === 0 ? 1 : 0))
const answer = { model: 'm', provider: 'p', priceId: 'm@1', text: 'An answer.' }
const asked = (text = 'How do I learn Python?') => ({ text, scope: Buffer.alloc(32), minSimilarity: 0.92 })
const kept = (question: string, key = question): CachedQuestion => ({ key: Buffer.from(key), question, vector: quantise(vector) })

interface Fakes {
  embed?: Embedder['embed']
  near?: () => Promise<CachedQuestion[]>
  find?: (key: Buffer) => Promise<typeof answer | null>
}

function open(
  { embed = async (texts) => texts.map(() => vector), near = async () => [], find = async () => answer }: Fakes,
  waitMs = 60_000,
) {
  const put: CachedQuestion[] = []
  const embedded: string[] = []
  const similar = createSimilarAnswers({
    embedder: {
      embed(texts) {
        embedded.push(...texts)
        return embed(texts)
      },
      close: async () => {},
    },
    questions: { near, put: async (_place, question) => void put.push(question) },
    answers: { find },
    logger,
    waitMs,
  })
  return { similar, put, embedded }
}

t.test('C6 the nearest question without a difference decides, and one whose answer is gone is passed by', async (t) => {
  const near = async () => [kept('How do I learn Ruby?'), kept('How can I learn Python?', 'gone'), kept('How do you learn Python?')]
  const { similar } = open({ near, find: async (key) => (String(key) === 'gone' ? null : { ...answer, text: String(key) }) })
  t.match(await similar.find(asked()), { text: 'How do you learn Python?' })
})

t.test('C6 below the similarity of the policy nothing is given, whatever the words', async (t) => {
  const far = Float32Array.from(vector)
  far[1] = 0.5
  const { similar } = open({ near: async () => [{ ...kept('How do I learn Python?'), vector: quantise(far) }] })
  t.equal(await similar.find(asked()), null)
})

t.test('C6 a slow model, or a slow database, costs a request its waiting time and no more', async (t) => {
  const never = new Promise<never>(() => {})
  t.equal(await open({ embed: () => never }, 1).similar.find(asked()), null)
  t.equal(await open({ near: () => never }, 1).similar.find(asked()), null)
})

t.test('C6 what fails is no answer and no error: the vendor is asked', async (t) => {
  const fails = async () => Promise.reject(new Error('away'))
  for (const fakes of [{ embed: fails }, { near: fails }, { near: async () => [kept('How do I learn Python?')], find: fails }]) {
    t.equal(await open(fakes).similar.find(asked()), null)
  }
  await open({ embed: fails }).similar.remember(asked(), Buffer.from('key'))
})

t.test('C6 a model that failed once is asked anew', async (t) => {
  let calls = 0
  const { similar, put } = open({ embed: async () => (++calls === 1 ? Promise.reject(new Error('ended')) : [vector]) })
  await similar.find(asked())
  await similar.remember(asked(), Buffer.from('key'))
  t.match(put, [{ question: asked().text }])
})

t.test('C6 a question is embedded once for being looked for and kept', async (t) => {
  const { similar, embedded, put } = open({})
  await similar.find(asked())
  await similar.remember(asked(), Buffer.from('key'))
  t.same(embedded, [asked().text])
  t.match(put, [{ key: Buffer.from('key'), question: asked().text }])
})

t.test('C6 when many questions wait for the model further ones are not looked for', async (t) => {
  const release = Promise.withResolvers<Float32Array[]>()
  const { similar, embedded } = open({ embed: () => release.promise })
  const waiting = Array.from({ length: 16 }, (_, index) => similar.find(asked(`What is number ${index}?`)))
  t.equal(await similar.find(asked('What is one too many?')), null)
  t.equal(embedded.length, 16)
  release.resolve([vector])
  t.same(await Promise.all(waiting), Array(16).fill(null))
})
