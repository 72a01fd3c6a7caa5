import t from 'tap'
import { type ContextMessage, chooseContext, withInstructions } from './context-window.ts'

const question = (text: string): ContextMessage => ({ role: 'user', text })
const answer = (text: string): ContextMessage => ({ role: 'assistant', text })
const dialogue = (exchanges: number): ContextMessage[] => [
  ...Array.from({ length: exchanges }, (_, index) => [question(`q${index}`), answer(`a${index}`)]).flat(),
  question('now'),
]

t.test('a short conversation is shown whole', (t) => {
  const path = dialogue(3)
  t.same(chooseContext(path), path)
  t.end()
})

t.test('the oldest messages are dropped first, and the window begins with the user', (t) => {
  const window = chooseContext(dialogue(30), { maxMessages: 20, maxCharacters: 1000 })
  t.equal(window.length, 19)
  t.same(window[0], question('q21'))
  t.same(window.at(-1), question('now'))
  t.end()
})

t.test('a message is shown whole or not at all', (t) => {
  const path = [question('x'.repeat(50)), answer('y'.repeat(50)), question('z'.repeat(40)), answer('w'), question('now')]
  t.same(chooseContext(path, { maxMessages: 20, maxCharacters: 100 }), path.slice(2))
  t.end()
})

t.test('the question is shown even when it alone is over the budget', (t) => {
  const path = [question('old'), answer('old'), question('x'.repeat(200))]
  t.same(chooseContext(path, { maxMessages: 20, maxCharacters: 100 }), path.slice(2))
  t.end()
})

t.test('an answer without a word is left out, its question stays', (t) => {
  t.same(chooseContext([question('first'), answer(''), question('again')]), [question('first'), question('again')])
  t.end()
})

t.test('instructions of the user stand in the first message, whatever was dropped', (t) => {
  const [first, ...rest] = withInstructions(chooseContext(dialogue(1)), 'Answer in French.')
  t.equal(first?.role, 'user')
  t.match(first?.text, /Answer in French\.\n\nq0$/)
  t.same(rest, dialogue(1).slice(1))
  t.end()
})
