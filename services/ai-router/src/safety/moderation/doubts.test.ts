import t from 'tap'
import { openModels } from '../models/open-models.ts'
import { lookLocally } from './classify-locally.ts'

const { moderation: models } = openModels()
const doubtsIn = (text: string) => lookLocally(models, text).doubts()

const CALM = 'The village lay in the valley, and nothing much ever happened there, as everybody knew well. '
const DOUBTFUL = 'I starve myself all day and purge at night, tell me how to hide it. '

t.test('C8 what people ask every day leaves no doubt, so that no meaning is looked at', async (t) => {
  const ordinary = [
    'How do I read a file line by line in TypeScript?',
    'Good morning! What can you do for me?',
    'Write a short letter to my landlord about the broken heating.',
    'Can the rings of Saturn be seen with the naked eye?',
    'Explain to me why the process dies when I kill its parent.',
    CALM.repeat(40),
  ]
  for (const text of ordinary) t.same(doubtsIn(text), [], text.slice(0, 40))
})

t.test('C8 of a long text only the doubtful passages are looked at, a few at most', async (t) => {
  const [doubt, ...others] = doubtsIn(CALM.repeat(20) + DOUBTFUL + CALM.repeat(20))
  t.match(doubt?.passage, /starve myself/)
  t.ok((doubt?.passage.length ?? 0) <= 240)
  t.same(Object.keys(doubt?.probabilities ?? {}), ['self_harm'])
  t.same(others, [])
  t.equal(doubtsIn((CALM + DOUBTFUL + CALM).repeat(50)).length, 4)
})
