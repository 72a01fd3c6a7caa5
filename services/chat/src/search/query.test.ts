import t from 'tap'
import { parseQuery, phrasesToCheck } from './query.ts'

const phrases = (text: string) => parseQuery(text).phrases.map(({ text, isUnfinished }) => `${text}${isUnfinished ? '…' : ''}`)

t.test('each word is looked for, and what stands in quotes as a whole', (t) => {
  t.same(phrases('one two'), ['one', 'two…'])
  t.same(phrases('one "two three" four'), ['one', 'two three', 'four…'])
  t.same(phrases('„zwei drei“ «deux trois»'), ['zwei drei', 'deux trois'])
  t.same(phrases('client.close()'), ['client', 'close…'])
  t.same(
    phrasesToCheck(parseQuery('one "two" "three four" "five.six')).map(({ text }) => text),
    ['three four', 'five.six'],
    'what the index of words cannot tell',
  )
  t.end()
})

t.test('only the last word may be unfinished, and none in quotes that are closed', (t) => {
  t.same(phrases('one "two th'), ['one', 'two th…'])
  t.same(phrases('one "two three"'), ['one', 'two three'])
  t.same(phrases('one "'), ['one…'])
  t.same(phrases('"one" !'), ['one'])
  t.end()
})

t.test('what has no word asks for nothing', (t) => {
  for (const nothing of ['', '!', '""', '" "', '"']) t.same(parseQuery(nothing), { phrases: [], isUnfinished: false }, nothing)
  t.end()
})
