import t from 'tap'
import { fillPrompt, promptVariables } from './prompt-variables.ts'

t.test('B7 variables are named once, in the order of their first use', async (t) => {
  t.same(promptVariables('Translate {{text}} into {{language}}, and {{text}} again.'), ['text', 'language'])
  t.same(promptVariables('No variable at all'), [])
  t.same(promptVariables('{{b}}{{a}}{{b}}'), ['b', 'a'])
})

t.test('B7 a name has letters of any script, digits, _ and -, and spaces beside it do not count', async (t) => {
  t.same(promptVariables('{{ name }} {{\tname_2 }} {{top-5}} {{7}} {{größe}} {{名前}} {{Name}}'), [
    ...['name', 'name_2', 'top-5', '7', 'größe', '名前', 'Name'],
  ])
})

t.test('B7 what is no variable is plain text', async (t) => {
  for (const text of ['{{}}', '{{ }}', '{{two words}}', '{name}', '{{name}', '{{a.b}}', '{{a\nb}}', '{{\n a}}', '{ {a} }', '{{#if}}']) {
    t.same(promptVariables(text), [], JSON.stringify(text))
    t.equal(fillPrompt(text, new Map([['name', 'x']])), text)
  }
  t.same(promptVariables('{{{name}}}'), ['name'], 'braces around braces stay')
  t.same(promptVariables('{{a{{b}}'), ['b'])
})

t.test('B7 a template is filled in one pass: values are never read as templates', async (t) => {
  const values = new Map([
    ['a', '{{b}}'],
    ['b', "$& $1 $' \\"],
  ])
  t.equal(fillPrompt('{{a}} {{ b }} {{c}} {{a}}', values), "{{b}} $& $1 $' \\ {{c}} {{b}}")
  t.equal(fillPrompt('{{constructor}} {{__proto__}}', values), '{{constructor}} {{__proto__}}')
  t.equal(fillPrompt('{{a}}!', new Map([['a', '']])), '!')
})

t.test('B7 text made of braces alone costs no more than its length', async (t) => {
  t.same(promptVariables('{{ '.repeat(100_000)), [])
})
