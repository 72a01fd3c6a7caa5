import t from 'tap'
import { spoken, spokenEnd } from './speech.ts'

t.test('a growing answer is told in whole sentences, each once', async (t) => {
  const text = 'A lease says who may work. A fence says whose work counts. You need'
  const end = spokenEnd(text, 0)
  t.equal(text.slice(0, end), 'A lease says who may work. A fence says whose work counts.')
  t.equal(spokenEnd(text, end), end, 'half a sentence waits')
  const grown = `${text} both, because processes pause.\n`
  t.equal(grown.slice(end, spokenEnd(grown, end)), ' You need both, because processes pause.\n')
})

t.test('a few words alone wait for more', async (t) => {
  t.equal(spokenEnd('Yes. ', 0), 0)
})

t.test('signs and code are not spelled out', async (t) => {
  t.equal(spoken('## **Why** `attempt`\n\n```ts\nconst a = 1\n```\n[paper](https://x)'), 'Why attempt Code. paper')
})
