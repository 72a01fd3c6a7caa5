import t from 'tap'
import { titleOf } from './conversation.ts'

t.test('a title is the first line of the message', (t) => {
  t.equal(titleOf('  How do I drain a node?\nDetails follow.'), 'How do I drain a node?')
  t.equal(titleOf('two\t words'), 'two words')
  t.equal(titleOf(' \n '), null)
  t.end()
})

t.test('a long first line is cut at a word border', (t) => {
  const title = titleOf('Please explain how a lease with fencing keeps two replicas from answering the same question')
  t.equal(title, 'Please explain how a lease with fencing keeps two replicas…')
  t.end()
})

t.test('a word longer than the title is cut, and never inside a character', (t) => {
  t.equal(titleOf('x'.repeat(100)), `${'x'.repeat(59)}…`)
  t.equal(titleOf('😀'.repeat(100)), `${'😀'.repeat(59)}…`)
  t.end()
})
