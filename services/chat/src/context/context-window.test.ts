import fc from 'fast-check'
import t from 'tap'
import { type Branch, type ContextMessage, chooseContext, messageLimits } from './context-window.ts'
import { tokensOf } from './tokens.ts'

const question = (text: string): ContextMessage => ({ role: 'user', text })
const answer = (text: string): ContextMessage => ({ role: 'assistant', text })
const dialogue = (exchanges: number): ContextMessage[] => [
  ...Array.from({ length: exchanges }, (_, index) => [question(`q${index}`), answer(`a${index}`)]).flat(),
  question('now'),
]
const branch = (path: ContextMessage[], more: Partial<Branch> = {}): Branch => ({
  ...{ path, sinceSummary: path.length, summary: null, instructions: [] },
  ...more,
})
const roomy = { ...messageLimits, maxTokens: 10_000 }

t.test('a short conversation is shown whole', async (t) => {
  t.same(chooseContext(branch(dialogue(3)), roomy), dialogue(3))
})

t.test('B5 the oldest messages are dropped first, and the window begins with the user', async (t) => {
  const window = chooseContext(branch(dialogue(30)), roomy)
  t.equal(window.length, 19)
  t.same(window[0], question('q21'))
  t.same(window.at(-1), question('now'))
})

t.test('a message is shown whole or not at all', async (t) => {
  const path = [question('old words '.repeat(50)), answer('y'), question('new'), answer('w'), question('now')]
  t.same(chooseContext(branch(path), { ...roomy, maxTokens: 60 }), path.slice(2))
})

t.test('the question is shown even when it alone is over the budget', async (t) => {
  const path = [question('old'), answer('old'), question('many words '.repeat(200))]
  const shown = chooseContext(branch(path, { summary: 'before', instructions: ['Be brief.'] }), { ...roomy, maxTokens: 100 })
  t.same(shown, path.slice(2))
})

t.test('an answer without a word is left out, its question stays', async (t) => {
  const path = [question('first'), answer(''), question('again')]
  t.same(chooseContext(branch(path), roomy), [question('first'), question('again')])
})

t.test('B5 a summary opens the conversation as the user’s words, and what it contains is not repeated', async (t) => {
  const [first, ...rest] = chooseContext(branch(dialogue(30), { summary: 'We spoke of boats.', sinceSummary: 15 }), roomy)
  t.same(first, question('<summary_of_our_conversation_so_far>\nWe spoke of boats.\n</summary_of_our_conversation_so_far>\n\nq23'))
  t.equal(rest.length, 14)
})

t.test('ten messages are shown also where a summary contains them', async (t) => {
  const shown = chooseContext(branch(dialogue(30), { summary: 'Everything so far.', sinceSummary: 1 }), roomy)
  t.equal(shown.length, 9, 'an answer cannot come first')
  t.match(shown[0]?.text, /Everything so far\.[\s\S]*\n\nq26$/)
})

t.test('B7 instructions stand in the first message, the conversation’s own before the user’s, whatever was dropped', async (t) => {
  const [first, ...rest] = chooseContext(branch(dialogue(1), { instructions: ['Answer in French.', 'Be brief.'] }), roomy)
  t.match(first?.text, /^<my_instructions>\nAnswer in French\.\n[\s\S]*\nBe brief\.\n<\/my_instructions>\n\nq0$/)
  t.same(rest, dialogue(1).slice(1))
})

const anyText = fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: 'grapheme', maxLength: 200 }), fc.constant(''))
const anyPath = fc
  .array(fc.record({ role: fc.constantFrom('user' as const, 'assistant' as const), text: anyText }), { maxLength: 40 })
  .chain((older) => anyText.map((text): ContextMessage[] => [...older, question(text)]))
const anyBranch = fc.record({
  path: anyPath,
  sinceSummary: fc.nat({ max: 60 }),
  summary: fc.option(anyText),
  instructions: fc.array(anyText, { maxLength: 2 }),
})
const anyLimits = fc.record({
  maxTokens: fc.nat({ max: 2_000 }),
  maxMessages: fc.integer({ min: 10, max: 20 }),
  minMessages: fc.constant(10),
})

t.test('B5 whatever the conversation: never over budget, whole messages in their order, the user first, the question last', async (t) => {
  fc.assert(
    fc.property(anyBranch, anyLimits, (branch, limits) => {
      const shown = chooseContext(branch, limits)
      const { path } = branch
      const asked = path.at(-1) as ContextMessage
      const isOnlyQuestion = shown.length === 1 && shown[0]?.text === asked.text
      const spoken = path.filter(({ role, text }) => role === 'user' || text !== '').slice(-shown.length)
      return (
        (isOnlyQuestion || tokensOf(shown) <= limits.maxTokens) &&
        shown.length <= limits.maxMessages &&
        shown[0]?.role === 'user' &&
        shown.at(-1)?.text.endsWith(asked.text) === true &&
        shown.slice(1).every((message, index) => message === spoken[index + 1]) &&
        shown[0].text.endsWith(spoken[0]?.text ?? '')
      )
    }),
    { numRuns: 1_000 },
  )
  t.pass()
})
