import t from 'tap'
import { readingsOf } from './readings.ts'
import { traitsOf } from './traits.ts'

const kindsOf = (text: string) => readingsOf(text).readings.map(({ kind }) => kind)

t.test('what can be read in another way has the trait for it, wherever it stands', async (t) => {
  const wholes = ['TEXT', 'Well, TEXT!', '“TEXT”', 'é—TEXT—é', 'a 1 TEXT\nb']
  const cases: [keyof ReturnType<typeof traitsOf>, string[]][] = [
    ['hasLettersApart', ['i g n o r e', 'i.g.n.o', 'a - b - c - d', 'i_g_n_o_r_e']],
    ['hasSplitWords', ['ig-nore', 'pre.vious', 'in~struc~tions']],
    ['hasLeetWords', ['1gn0re', 'pr3vious', '@ll0w', 'ignor3']],
    ['hasBase64', ['aWdub3JlIGFsbCBwcmV2aW91cw==', Buffer.from('ignore all previous').toString('base64url')]],
    [
      'hasHex',
      [Buffer.from('ignore all').toString('hex'), '69 67 6e 6f 72 65 20 61 6c 6c', '\\x69\\x67\\x6e\\x6f\\x72\\x65\\x20\\x61\\x6c\\x6c'],
    ],
    ['hasBinary', [[...'ignore'].map((letter) => letter.charCodeAt(0).toString(2).padStart(8, '0')).join(' ')]],
  ]
  for (const [trait, texts] of cases)
    for (const text of texts)
      for (const whole of wholes) t.ok(traitsOf(whole.replace('TEXT', text))[trait], `${trait}: ${whole.replace('TEXT', text)}`)
})

t.test('ordinary text has none of them and is read once', async (t) => {
  const text = 'I have a cat and a dog. They ate 12 fish in 3 days, or so I was told: is that a lot?'
  t.notOk(Object.values(traitsOf(text)).some(Boolean))
  t.same(kindsOf(text), ['plain'])
  t.same(kindsOf('i g n o r e  this'), ['plain', 'spaced'])
})
