import t from 'tap'
import { markedRead, type Notice, unreadOf, withNotice } from './notices.ts'

const notice = (id: string, read = false): Notice => ({ id, kind: 'welcome', title: id, body: '', link: null, read, createdAt: '' })
const idsOf = (notices: Notice[]) => notices.map(({ id }) => id)

t.test('a notice that comes twice, live and in the list, is shown once and first', async (t) => {
  t.same(idsOf(withNotice([notice('a'), notice('b')], notice('b'))), ['b', 'a'])
})

t.test('only those that were named become read', async (t) => {
  t.same(idsOf(unreadOf(markedRead([notice('a'), notice('b'), notice('c', true)], ['a']))), ['b'])
})
