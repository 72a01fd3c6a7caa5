import t from 'tap'
import type { PathMessage } from './chat-api.ts'
import { type Path, type ReadPage, readAround, readBackTo, readNewer, readOlder, readPath } from './path.ts'

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

/** A conversation on a server: its cursors are places. */
function server(messages: PathMessage[]) {
  const reads: number[] = []
  const readPage: ReadPage = async ({ cursor, after, around, limit }) => {
    const at = messages.findIndex(({ id }) => id === around)
    const [from, to] = around
      ? at < 0
        ? [0, 0]
        : [Math.max(0, at - limit / 2), Math.min(messages.length, at + limit / 2)]
      : after
        ? [Number(after), Math.min(messages.length, Number(after) + limit)]
        : [Math.max(0, Number(cursor ?? messages.length) - limit), Number(cursor ?? messages.length)]
    reads.push(to - from)
    return {
      items: messages.slice(from, to),
      nextCursor: from > 0 ? String(from) : null,
      newerCursor: to < messages.length ? String(to) : null,
    }
  }
  return { readPage, reads }
}
const nothing = () => undefined

t.test('a conversation is read from its end, one page at first', async (t) => {
  const { readPage, reads } = server(many(1000))
  const path = await readPath(readPage, nothing)
  t.same([path.messages.length, path.messages.at(-1)?.id, reads], [50, 'm1000', [50]])
  const older = await readOlder(readPage, path)
  t.same([older.messages.length, older.messages[0]?.id, older.olderCursor], [150, 'm851', '850'])
})

t.test('a message far back is read with what surrounds it, in one page, and from there on both ways', async (t) => {
  const { readPage, reads } = server(many(1000))
  const path = await readAround(readPage, nothing, 'm500')
  t.same([path.messages[0]?.id, path.messages.at(-1)?.id, reads], ['m475', 'm524', [50]])
  const older = await readOlder(readPage, path)
  t.same([older.messages[0]?.id, older.messages.at(-1)?.id, older.newerCursor], ['m375', 'm524', path.newerCursor])
  let newer = await readNewer(readPage, older)
  t.same([newer.messages[0]?.id, newer.messages.at(-1)?.id, newer.olderCursor], ['m375', 'm574', older.olderCursor])
  while (newer.newerCursor) newer = await readNewer(readPage, newer)
  t.same(
    ids(newer),
    many(1000)
      .slice(374)
      .map(({ id }) => id),
  )
})

t.test('what was read around a message stays when it is read anew, on both sides', async (t) => {
  const { readPage } = server(many(1000))
  const known = await readNewer(readPage, await readOlder(readPage, await readAround(readPage, nothing, 'm500')))
  const again = await readAround(readPage, () => known, 'm500')
  t.same(again, known)
  t.equal(again.messages[120], known.messages[120], 'the same objects')
})

t.test('who has read on to the end is kept up to date there', async (t) => {
  const before = server(many(100))
  let known = await readAround(before.readPage, nothing, 'm30')
  while (known.newerCursor) known = await readNewer(before.readPage, known)
  const path = await readAround(server(many(102)).readPage, () => known, 'm30')
  t.same([path.messages[0]?.id, path.messages.at(-1)?.id, path.newerCursor], ['m5', 'm102', null])
})

t.test('another version is read from the end of its branch back to it', async (t) => {
  const path = await readBackTo(server(many(1000)).readPage, 'm700')
  t.ok(ids(path).includes('m700'))
  t.equal(path.messages.length, 350)
  const gone = await readBackTo(server(many(120)).readPage, 'gone')
  t.same([gone.messages.length, gone.olderCursor], [120, null], 'a message that is not there ends at the beginning')
})

t.test('what was read before is kept when the end is read anew', async (t) => {
  const before = server(many(300))
  const known = await readOlder(before.readPage, await readPath(before.readPage, nothing))
  const after = server(many(302))
  const path = await readPath(after.readPage, () => known)
  t.same([path.messages.length, path.messages[0]?.id, path.messages.at(-1)?.id], [152, 'm151', 'm302'])
  t.same([path.olderCursor, after.reads], ['150', [50]])
})

t.test('another branch keeps the messages they share, and no others', async (t) => {
  const known: Path = { messages: many(100), olderCursor: null, newerCursor: null }
  const branch = [...many(80), message('other-1'), message('other-2')]
  const path = await readPath(server(branch).readPage, () => known)
  t.same(
    ids(path),
    branch.map(({ id }) => id),
  )
})

t.test('a branch that shares nothing with what was known replaces it', async (t) => {
  const known: Path = { messages: many(30), olderCursor: null, newerCursor: null }
  const path = await readPath(server([message('q'), message('a')]).readPage, () => known)
  t.same(ids(path), ['q', 'a'])
})

t.test('messages that did not change stay the same objects', async (t) => {
  const known: Path = { messages: many(3), olderCursor: null, newerCursor: null }
  const changed = { ...message('m3'), text: 'changed' }
  const path = await readPath(server([message('m1'), message('m2'), changed]).readPage, () => known)
  t.equal(path.messages[1], known.messages[1])
  t.equal(path.messages[2], changed)
})
