import t from 'tap'
import { highlight as highlightQuery } from './highlight.ts'
import { parseQuery } from './query.ts'

const highlight = (text: string, query: string) => highlightQuery(text, parseQuery(query))

const matches = (text: string, query: string) => highlight(text, query).flatMap((piece) => (piece.isMatch ? [piece.text] : []))
const whole = (text: string, query: string) =>
  highlight(text, query)
    .map((piece) => piece.text)
    .join('')

t.test('words are marked whole; only the last one of the query may be unfinished', (t) => {
  t.same(highlight('Leases are renewed.', 'lease'), [
    { text: 'Leases', isMatch: true },
    { text: ' are renewed.', isMatch: false },
  ])
  t.same(matches('A lease and its leases', 'lease and'), ['lease', 'and'])
  t.same(matches('call client.close() first', 'CLOSE'), ['close'])
  t.end()
})

t.test('case and accents do not count, and ideographs are words', (t) => {
  t.same(matches('Das Café in der ÜBUNG', 'ubung cafe'), ['Café', 'ÜBUNG'])
  t.same(matches('Cafe\u0301', 'café'), ['Cafe\u0301'])
  t.same(matches('分布式数据库', '数据'), ['数', '据'])
  t.end()
})

t.test('a phrase is one match, and its words apart from it are none', (t) => {
  t.same(matches('The fox. A quick brown fox, quick (brown) foxes.', '"quick brown fox"'), ['quick brown fox'])
  t.same(
    matches('A quick, brown fox: QUICK (brown) foxes.', '"quick brown fox'),
    ['quick, brown fox', 'QUICK (brown) foxes'],
    'still being typed',
  )
  t.same(matches('a a b a b', '"a b"'), ['a b', 'a b'])
  t.same(matches('the lazy quick fox', '“quick fox” lazy'), ['lazy', 'quick fox'])
  t.same(matches('a quick fox', 'quick "quick fox"'), ['quick fox'], 'the longest one counts')
  t.same(matches('分布式数据库', '"数据"'), ['数据'])
  t.end()
})

t.test('what is shown of a long text lies around its first match', (t) => {
  const text = `${'before '.repeat(100)}zebra${' after'.repeat(100)}`
  const shown = whole(text, 'zebra')
  t.match(shown, /^….*zebra.*…$/)
  t.ok(shown.length < 250)
  t.same(matches(text, 'zebra'), ['zebra'])
  t.match(whole(`quick ${text.replace('zebra', 'quick zebra')}`, '"quick zebra"'), /^….*quick zebra.*…$/)
  t.equal(whole('x'.repeat(1000), 'x'), 'x'.repeat(1000))
  t.end()
})

t.test('an excerpt neither begins nor ends in the middle of a word, unless there is no other', (t) => {
  for (let length = 1; length < 12; length += 1) {
    const word = 'w'.repeat(length)
    const shown = whole(`${`${word} `.repeat(100)}zebra${` ${word}`.repeat(100)}`, 'zebra')
    t.strictSame([...new Set(shown.replaceAll('…', '').split(' '))], [word, 'zebra'])
    t.ok(shown.length <= 242)
  }
  const [lead] = whole(`${'分布式'.repeat(50)}zebra`, 'zebra').split('zebra')
  t.equal(lead?.length, 61)
  t.end()
})

t.test('markup stays text, and no character is cut in two', (t) => {
  t.equal(whole('<b>bold</b> & more', 'bold'), '<b>bold</b> & more')
  for (let length = 50; length < 70; length += 1) {
    const shown = whole(`${'😀'.repeat(length)}${'.'.repeat(length % 2)}zebra${'😀'.repeat(200)}`, 'zebra')
    t.ok(shown.isWellFormed())
  }
  t.end()
})

t.test('a text the database found for another reason is shown from its beginning', (t) => {
  t.same(highlight('Some text', 'other'), [{ text: 'Some text', isMatch: false }])
  t.same(highlight('Some text', '!!'), [{ text: 'Some text', isMatch: false }])
  t.same(highlight('', 'other'), [])
  t.end()
})
