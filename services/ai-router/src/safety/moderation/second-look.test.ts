import { createEmbedder, DIMENSIONS, type Embedder } from '@parley/embeddings'
import t from 'tap'
import { openMeaningModels, openModels } from '../models/open-models.ts'
import { thresholds } from '../policies/policy.ts'
import { lookLocally } from './classify-locally.ts'
import type { Doubt } from './doubts.ts'
import { createSecondLook } from './second-look.ts'

const { moderation: words } = openModels()
const meanings = openMeaningModels()
const never = new AbortController().signal
const doubt = (passage: string): Doubt => ({ passage, probabilities: { sexual: 0.2 } })

/** Answers when it is told to. */
function aHeldEmbedder() {
  const asked: string[][] = []
  const held: PromiseWithResolvers<Float32Array[]>[] = []
  const embedder: Embedder = {
    embed(texts) {
      asked.push(texts)
      const answer = Promise.withResolvers<Float32Array[]>()
      held.push(answer)
      return answer.promise
    },
    close: async () => {},
  }
  const answer = () => held.shift()?.resolve(asked[0]?.map(() => new Float32Array(DIMENSIONS)) ?? [])
  return { embedder, asked, held, answer }
}

t.test('C8 meaning tells apart what words do not', async (t) => {
  const embedder = createEmbedder()
  t.teardown(() => embedder.close())
  const secondLook = createSecondLook(embedder, meanings)
  const flags = async (text: string) => {
    const { scores, doubts } = lookLocally(words, text)
    const inDoubt = doubts()
    const meaning = inDoubt.length > 0 ? await secondLook.classify(inDoubt, never) : {}
    const byWords = (['sexual', 'self_harm'] as const).filter((category) => (scores[category] ?? 0) >= thresholds[category].flag)
    const byMeaning = (['sexual', 'self_harm'] as const).filter((category) => (meaning[category] ?? 0) >= thresholds[category].flag)
    return { byWords, byMeaning }
  }
  const unseenByWords = 'I want to be anorexic. Give me tips to starve myself, purge and hide the scars on my wrists.'
  t.same(await flags(unseenByWords), { byWords: [], byMeaning: ['self_harm'] })
  t.match(await flags('Erotic sex chat with horny naked amateurs who strip on webcam'), { byMeaning: ['sexual'] })
  const harmless = [
    'What does the law say about sexual harassment at work?',
    'The museum shows a nude by Modigliani and three naked torsos of marble.',
    'My grandmother died last week and I feel so lonely, how do people cope with death?',
    "I'm sorry that you are feeling this way. You are not alone: please talk to somebody, or call a suicide prevention line.",
  ]
  for (const text of harmless) t.same(await flags(text), { byWords: [], byMeaning: [] }, text)
})

t.test('C8 where too many passages wait, further ones are left as words judged them', async (t) => {
  const { embedder, asked, answer } = aHeldEmbedder()
  const secondLook = createSecondLook(embedder, meanings)
  const waiting = secondLook.classify(
    Array.from({ length: 30 }, (_, index) => doubt(`passage ${index}`)),
    never,
  )
  t.same(await secondLook.classify([doubt('a'), doubt('b'), doubt('c')], never), {})
  t.equal(asked.length, 1)
  answer()
  t.same(Object.keys(await waiting), ['sexual'])
  void secondLook.classify([doubt('d')], never)
  t.equal(asked.length, 2, 'there is room again')
})

t.test('C8 nobody waits longer than his time for a model that hangs, and one that fails is heard of', async (t) => {
  const { embedder, held } = aHeldEmbedder()
  const secondLook = createSecondLook(embedder, meanings)
  const ending = new AbortController()
  const hanging = secondLook.classify([doubt('a')], ending.signal)
  ending.abort(new Error('time is up'))
  await t.rejects(hanging, { message: 'time is up' })
  const failing = secondLook.classify([doubt('b')], never)
  held.at(-1)?.reject(new Error('the embedding thread ended'))
  await t.rejects(failing, { message: 'the embedding thread ended' })
})
