import t from 'tap'
import type { PathMessage } from './chat-api.ts'
import { type Path, type ReadPage, readOlder, readPath } from './path.ts'

const message = (id: string): PathMessage => ({
  id,
  conversationId: 'c',
  parentId: null,
  role: 'user',
  text: id,
  status: 'completed',
  createdAt: '',
  branchIds: [id],
})
const many = (count: number) => Array.from({ length: count }, (_, index) => message(`m${index + 1}`))
const ids = ({ messages }: Path) => messages.map(({ id }) => id)

/** A conversation on a server: its cursors are the number of messages that come before. */
function server(messages: PathMessage[]) {
  const reads: number[] = []
  const readPage: ReadPage = async ({ cursor, limit }) => {
    const to = cursor === null ? messages.length : Number(cursor)
    const from = Math.max(0, to - limit)
    reads.push(to - from)
    return { items: messages.slice(from, to), nextCursor: from > 0 ? String(from) : null }
  }
  return { readPage, reads }
}
const nothing = () => undefined

t.test('a conversation is read from its end, one page at first', async (t) => {
  const { readPage, reads } = server(many(1000))
  const path = await readPath(readPage, nothing, null)
  t.same([path.messages.length, path.messages.at(-1)?.id, reads], [50, 'm1000', [50]])
  const older = await readOlder(readPage, path)
  t.same([older.messages.length, older.messages[0]?.id, older.olderCursor], [150, 'm851', '850'])
})

t.test('a message that is to be shown is read up to, be it far back', async (t) => {
  const path = await readPath(server(many(1000)).readPage, nothing, 'm700')
  t.ok(ids(path).includes('m700'))
  t.equal(path.messages.length, 350)
})

t.test('a message that is not there ends at the beginning', async (t) => {
  const path = await readPath(server(many(120)).readPage, nothing, 'gone')
  t.same([path.messages.length, path.olderCursor], [120, null])
})

t.test('what was read before is kept when the end is read anew', async (t) => {
  const before = server(many(300))
  const known = await readOlder(before.readPage, await readPath(before.readPage, nothing, null))
  const after = server(many(302))
  const path = await readPath(after.readPage, () => known, null)
  t.same([path.messages.length, path.messages[0]?.id, path.messages.at(-1)?.id], [152, 'm151', 'm302'])
  t.same([path.olderCursor, after.reads], ['150', [50]])
})

t.test('another branch keeps the messages they share, and no others', async (t) => {
  const known: Path = { messages: many(100), olderCursor: null }
  const branch = [...many(80), message('other-1'), message('other-2')]
  const path = await readPath(server(branch).readPage, () => known, null)
  t.same(
    ids(path),
    branch.map(({ id }) => id),
  )
})

t.test('a branch that shares nothing with what was known replaces it', async (t) => {
  const known: Path = { messages: many(30), olderCursor: null }
  const path = await readPath(server([message('q'), message('a')]).readPage, () => known, null)
  t.same(ids(path), ['q', 'a'])
})

t.test('messages that did not change stay the same objects', async (t) => {
  const known: Path = { messages: many(3), olderCursor: null }
  const changed = { ...message('m3'), text: 'changed' }
  const path = await readPath(server([message('m1'), message('m2'), changed]).readPage, () => known, null)
  t.equal(path.messages[1], known.messages[1])
  t.equal(path.messages[2], changed)
})
