import t from 'tap'
import { passagesOf } from './passages.ts'

t.test('C8 a text is read in passages of whole sentences, and none of its words is left out', async (t) => {
  const sentence = 'The village lay in the valley, and nothing much ever happened there. '
  const text = `${sentence.repeat(9)}\nAnd so on`
  const passages = passagesOf(text)
  t.ok(passages.length > 2)
  t.ok(passages.every(({ length }) => length <= 240))
  t.ok(passages.slice(0, -1).every((passage) => passage.endsWith('there.')))
  t.equal(passages.join(' ').replace(/\s+/g, ' '), text.replace(/\s+/g, ' '))
})

t.test('C8 what has no sentences is cut between words, and what has no words is cut all the same', async (t) => {
  const words = 'stone river orchard '.repeat(60)
  t.ok(passagesOf(words).every((passage) => passage.length <= 240 && /^\w+( \w+)*$/.test(passage)))
  t.equal(passagesOf(words).join(' '), words.trim())
  t.equal(passagesOf('x'.repeat(1_000)).join(''), 'x'.repeat(1_000))
  t.same(passagesOf(' \n '), [])
  t.same(passagesOf('Hello.'), ['Hello.'])
})
