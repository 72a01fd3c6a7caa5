import t from 'tap'
import { readCommandLine } from './command-line.ts'

t.test('scenarios by their names, all of them, and the list', async (t) => {
  t.strictSame(
    readCommandLine(['all'])?.chosen.map(({ id }) => id),
    ['turns', 'turns-500', 'sockets', 'stop', 'router'],
  )
  t.match(readCommandLine(['sockets', '--json', 'out.json']), { jsonFile: 'out.json', tracedShare: 0.1 })
  t.equal(readCommandLine(['list']), null)
  t.equal(readCommandLine([]), null)
  t.strictSame(
    readCommandLine(['stop', 'turns'])?.chosen.map(({ id }) => id),
    ['stop', 'turns'],
  )
})

t.test('a load of one’s own keeps the goals that belong to its size, or only those of every load', async (t) => {
  const goalsOf = (...args: string[]) => readCommandLine(args)?.chosen[0]?.goals.map(({ figure }) => figure)
  t.strictSame(goalsOf('turns', '--turns', '500', '--rate', '10'), goalsOf('turns-500'))
  t.strictSame(goalsOf('turns', '--turns', '7'), ['lost', 'duplicate', 'reordered', 'failed'])
  t.strictSame(goalsOf('turns', '--rounds', '1'), goalsOf('turns'))
})

t.test('a selection of routers and their cases is judged by nothing', async (t) => {
  const [router] = readCommandLine(['router', '--subjects', 'parley,pipe', '--cases', 'saturated'])?.chosen ?? []
  t.match(router, { kind: 'router', goals: [], load: { subjects: ['pipe', 'parley'], cases: { saturated: { streams: 1_500 } } } })
  t.throws(() => readCommandLine(['router', '--subjects', 'nobody']), { message: /no 'nobody'/ })
})

t.test('what cannot be meant is refused', async (t) => {
  t.throws(() => readCommandLine(['turns', 'nothing']), { message: /no benchmark 'nothing'/ })
  t.throws(() => readCommandLine(['turns', '--rate', 'x']), { message: /--rate is 'x'/ })
  t.throws(() => readCommandLine(['turns', '--traced', '2']), { message: /--traced/ })
})
