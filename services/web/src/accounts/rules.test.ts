import t from 'tap'
import { emailRules, passwordLength } from './rules.ts'

t.test('A-11 8 to 128 characters of any kind, counted as people count', async (t) => {
  t.type(passwordLength('1234567'), 'string')
  t.equal(passwordLength('12345678'), true)
  t.type(passwordLength('🐢'.repeat(7)), 'string', 'seven turtles are seven characters')
  t.equal(passwordLength('🐢'.repeat(128)), true)
  t.type(passwordLength('x'.repeat(129)), 'string')
})

t.test('an address needs both sides of the @ and a dot', async (t) => {
  const { value: pattern } = emailRules.pattern
  for (const good of ['ada@example.com', '  ada@example.com ', 'a+b@exa.mple.org', 'jörg@bücher.example']) t.match(good, pattern)
  for (const bad of ['ada', 'ada@', '@example.com', 'ada@example', 'a b@example.com']) t.notMatch(bad, pattern)
})
