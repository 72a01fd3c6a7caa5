import t from 'tap'
import { judge } from './verdict.ts'

t.test('goals are upper or lower bounds, bounds included; a figure that is not a number meets none', async (t) => {
  const goals = [
    { figure: 'a.b', atMost: 5 },
    { figure: 'a.b', atMost: 4 },
    { figure: 'c', atLeast: 1 },
    { figure: 'd', atMost: 1 },
  ]
  const verdicts = judge(goals, { a: { b: 5 }, c: 1, d: Number.NaN })
  t.strictSame(
    verdicts.map(({ isMet }) => isMet),
    [true, false, true, false],
  )
  t.throws(() => judge([{ figure: 'e' }], {}), { message: 'there is no figure e' })
})
