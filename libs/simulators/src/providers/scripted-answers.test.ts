import t from 'tap'
import type { AnswerRequest } from './answer-source.ts'
import { scriptedAnswers } from './scripted-answers.ts'
import { seededText } from './seeded-text.ts'
import { countTokens, splitTokens } from './tokens.ts'

const signal = new AbortController().signal
const ask = (text: string, rest: Partial<AnswerRequest> = {}): AnswerRequest => ({
  provider: 'openai',
  model: 'm',
  system: '',
  messages: [{ role: 'user', text }],
  prefill: '',
  ...rest,
})

t.test('tokens joined again are the text, whatever it is made of', async (t) => {
  for (const text of [
    '',
    '  two  spaces\n\n',
    'Internationalisation, 12345 and 漢字 😀👩‍👩‍👧 e\u0301 \ud800 lone',
    '```ts\nconst a = 1\n```',
  ])
    t.equal(splitTokens(text).join(''), text)
})

t.test('a seeded text has exactly the tokens asked for and is the same every time', async (t) => {
  for (const tokens of [0, 1, 2, 17, 500]) t.equal(countTokens(seededText(tokens, 3)), tokens)
  t.equal(seededText(80, 3), seededText(80, 3))
  t.not(seededText(80, 3), seededText(80, 4))
})

t.test('the answer depends on the prompt and not on the provider', async (t) => {
  const answers = scriptedAnswers()
  const first = await answers(ask('one'), signal)
  t.same(await answers(ask('one', { provider: 'anthropic' }), signal), first)
  t.not((await answers(ask('two'), signal)).text, first.text)
  t.same(
    answers.requests.map(({ messages }) => messages[0]?.text),
    ['one', 'one', 'two'],
  )
})

t.test('a rule answers what it fits, as often as it may', async (t) => {
  const answers = scriptedAnswers({ rules: [{ match: /weather/i, text: 'Sunny.', times: 1, fault: { kind: 'stall' } }] })
  t.match(await answers(ask('The Weather?'), signal), { text: 'Sunny.', fault: { kind: 'stall' } })
  t.not((await answers(ask('The Weather?'), signal)).text, 'Sunny.')
})

t.test('a directive orders a fault for the first requests of its provider only', async (t) => {
  const answers = scriptedAnswers()
  const prompt = '[[tokens=9 seed=1 fault=reset after=4 times=1 on=openai]]'
  t.same((await answers(ask(prompt, { provider: 'anthropic' }), signal)).fault, undefined)
  t.same((await answers(ask(prompt), signal)).fault, { kind: 'reset', afterTokens: 4 })
  t.same((await answers(ask(prompt), signal)).fault, undefined)
  await t.rejects(answers(ask('[[fault=fire]]'), signal), /unknown fault 'fire'/)
})

t.test('a title or a summary in the background is no part of the script', async (t) => {
  const answers = scriptedAnswers({ rules: [{ match: /boats/, text: 'Ahoy.', times: 1 }] })
  const text = '<user>\nTell me about boats. [[fault=reset times=1]]\n</user>'
  t.same(await answers(ask(text, { task: 'title' }), signal), { text: 'Boats' })
  t.same(answers.requests, [])
  t.match(await answers(ask(text), signal), { text: 'Ahoy.', fault: { kind: 'reset' } })
})
