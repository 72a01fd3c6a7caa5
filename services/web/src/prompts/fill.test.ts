import t from 'tap'
import { fillPrompt, variablesOf } from './fill.ts'

t.test('B7 each variable is asked for once, in the order of the text', async (t) => {
  t.same(variablesOf('{{b}} and {{ a }} and {{b}}, {{größe-1}}'), ['b', 'a', 'größe-1'])
  t.same(variablesOf('{a} {{}} {{ not one }}'), [])
})

t.test('B7 values take the place of variables, and are not templates themselves', async (t) => {
  t.equal(fillPrompt('Dear {{name}}, {{ name }}!', new Map([['name', '{{b}} $&']])), 'Dear {{b}} $&, {{b}} $&!')
  t.equal(fillPrompt('{{a}} {{b}}', new Map([['a', '1']])), '1 {{b}}')
})
