import t from 'tap'
import { attacks, harmless } from '../injections/own-samples.ts'
import { phraseRules } from '../injections/phrase-rules.ts'
import { localRules } from '../moderation/local-rules.ts'
import { comparable } from '../texts/comparable.ts'
import { gramsOf } from './grams.ts'
import { neededLiterals } from './needed-literals.ts'
import { quickPattern } from './quick-pattern.ts'

t.test('the literals a pattern cannot do without are found through alternatives, options and repetitions', async (t) => {
  const cases: [RegExp, readonly string[] | null][] = [
    [/\bsystem prompt\b/, ['system prompt']],
    [/(?:show|print) (?:me )?your/, ['show your', 'show me your', 'print your', 'print me your']],
    [/\bcolou?rs?\b/, ['color', 'colors', 'colour', 'colours']],
    [/\bgr[ae]y(?:hound)+/, ['hound']],
    [/(?:ignore|forget)[^.]{0,9}\b(?:all|any)/, ['ignore', 'forget']],
    [/never\s+ever/, ['never']],
    [/(?:dis)?obey(?! me)/, ['obey', 'disobey']],
    [/a.b|never/, null],
    [/\w+/, null],
    [/(?:many )*words|\[inst\]/, ['words', '[inst]']],
  ]
  for (const [pattern, literals] of cases)
    t.same(neededLiterals(pattern)?.toSorted() ?? null, literals?.toSorted() ?? null, String(pattern))
  t.throws(() => neededLiterals(/x\p{L}/u))
  t.throws(() => neededLiterals(/case/i))
})

t.test('a pattern says of every text what it says without the shortcut', async (t) => {
  const rules = [...phraseRules, ...localRules]
  const texts = [...harmless, ...attacks, '', 'a', rules.map(({ pattern }) => pattern.source.replace(/[\\()?:|[\]]/g, ' ')).join('\n')].map(
    comparable,
  )
  for (const { pattern } of rules) {
    const quick = quickPattern(pattern)
    for (const text of texts) t.equal(quick.isIn(gramsOf(text)), pattern.test(text), `${pattern}: ${text.slice(0, 80)}`)
  }
})
