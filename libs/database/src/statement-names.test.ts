import t from 'tap'
import { createStatementNames } from './statement-names.ts'

t.test('a text has one name, texts have different ones, and beyond the bound there are none', async (t) => {
  const nameOf = createStatementNames(2)
  const first = nameOf({ sql: 'SELECT 1' })
  t.match(first, /^parley_[\w-]{32}$/)
  t.equal(nameOf({ sql: 'SELECT 1' }), first)
  t.not(nameOf({ sql: 'SELECT 2' }), first)
  t.equal(nameOf({ sql: 'SELECT 3' }), '')
  t.equal(nameOf({ sql: 'SELECT 1' }), first)
})

t.test('a statement that asks for it is planned at every call', async (t) => {
  const nameOf = createStatementNames()
  t.equal(nameOf({ sql: '\n  /* planned per call */ SELECT 1' }), '')
  t.match(nameOf({ sql: "SELECT '/* planned per call */'" }), /^parley_/)
})
