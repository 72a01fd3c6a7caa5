import { randomUUID } from 'node:crypto'
import type { chatApi } from '@parley/contracts'
import t from 'tap'
import { aUser, type Chat, startWorld } from './harness.ts'
import { numbered, storeBranch, storeConversation } from './stored-conversation.ts'

interface Page {
  items: chatApi.PathMessage[]
  nextCursor: string | null
  newerCursor: string | null
}

type User = ReturnType<typeof aUser>

const readPage = async (chat: Chat, user: User, conversationId: string, query = '') =>
  (await chat.call<Page>('GET', `/api/v1/conversations/${conversationId}/path?${query}`, user)).body

const texts = ({ items }: Page): string[] => items.map(({ text }) => text)

t.test('a branch of 1,000 messages is read from its end, page by page, none missing and none twice', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const { conversationId } = await storeConversation(world.query, { userId: user.userId, texts: numbered(1000) })
  const newest = await readPage(chat, user, conversationId, 'limit=3')
  t.same(texts(newest), ['Message 998', 'Message 999', 'Message 1000'])

  let read: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: Page = await readPage(chat, user, conversationId, `limit=99${cursor && `&cursor=${cursor}`}`)
    read = [...texts(page), ...read]
    cursor = page.nextCursor
  }
  t.same(read, numbered(1000))
})

t.test(
  'a message far back is read with what surrounds it, and from there both ways to the ends, none missing and none twice',
  async (t) => {
    const world = await startWorld(t)
    const chat = await world.startChat()
    const user = aUser()
    const { conversationId, ids } = await storeConversation(world.query, { userId: user.userId, texts: numbered(1000) })
    const around = await readPage(chat, user, conversationId, `around=${ids[499]}&limit=5`)
    t.same(texts(around), ['Message 498', 'Message 499', 'Message 500', 'Message 501', 'Message 502'])

    let read = texts(around)
    for (let cursor = around.nextCursor; cursor !== null; ) {
      const page: Page = await readPage(chat, user, conversationId, `limit=99&cursor=${cursor}`)
      t.ok(page.newerCursor, 'what it was reached from comes after it')
      read = [...texts(page), ...read]
      cursor = page.nextCursor
    }
    for (let after = around.newerCursor; after !== null; ) {
      const page: Page = await readPage(chat, user, conversationId, `limit=99&after=${after}`)
      t.ok(page.nextCursor, 'what it was reached from stands before it')
      read = [...read, ...texts(page)]
      after = page.newerCursor
    }
    t.same(read, numbered(1000))

    const first = await readPage(chat, user, conversationId, `around=${ids[0]}&limit=4`)
    t.same([texts(first), first.nextCursor], [['Message 1', 'Message 2'], null])
    const last = await readPage(chat, user, conversationId, `around=${ids[999]}&limit=4`)
    t.same([texts(last), last.newerCursor], [['Message 998', 'Message 999', 'Message 1000'], null])
    t.equal((await readPage(chat, user, conversationId, 'limit=2')).newerCursor, null, 'the end')

    const { conversationId: other } = await storeConversation(world.query, { userId: user.userId, texts: ['Other'] })
    t.same(texts(await readPage(chat, user, other, `around=${ids[499]}`)), [], 'a message of another conversation')
    const cursor = around.nextCursor
    t.same(texts(await readPage(chat, user, other, `after=${cursor}`)), [])
    t.equal((await chat.call('GET', `/api/v1/conversations/${conversationId}/path?around=${ids[499]}`, aUser())).status, 404)
    const both = await chat.call('GET', `/api/v1/conversations/${conversationId}/path?around=${ids[499]}&cursor=${cursor}`, user)
    t.equal(both.status, 400)
  },
)

t.test('what surrounds a message lies on its own branch, which goes on to its newest end', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const { conversationId, ids } = await storeConversation(world.query, { userId: user.userId, texts: ['root', 'left', 'left end'] })
  const right = await storeBranch(world.query, { conversationId, parentId: ids[0] ?? null, depth: 2, text: 'right' })
  await storeBranch(world.query, { conversationId, parentId: right, depth: 3, text: 'right end' })
  t.same(texts(await readPage(chat, user, conversationId, `around=${right}`)), ['root', 'right', 'right end'])
  t.same(texts(await readPage(chat, user, conversationId, `around=${ids[1]}`)), ['root', 'left', 'left end'])
})

t.test('a path shows one branch, and of each message the branches beside it', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const { conversationId, ids } = await storeConversation(world.query, { userId: user.userId, texts: ['root', 'left', 'left end'] })
  const [root = '', left = '', leftEnd = ''] = ids
  const right = await storeBranch(world.query, { conversationId, parentId: root, depth: 2, text: 'right' })
  const rightEnd = await storeBranch(world.query, { conversationId, parentId: right, depth: 3, text: 'right end' })
  const secondRoot = await storeBranch(world.query, { conversationId, parentId: null, depth: 1, text: 'second root' })

  const shown = await readPage(chat, user, conversationId)
  t.same(texts(shown), ['root', 'left', 'left end'])
  t.same(
    shown.items.map(({ branchIds }) => branchIds),
    [[root, secondRoot], [left, right], [leftEnd]],
  )
  t.same(texts(await readPage(chat, user, conversationId, `through=${right}`)), ['root', 'right', 'right end'], 'down to its newest end')
  t.same(texts(await readPage(chat, user, conversationId, `through=${secondRoot}`)), ['second root'])
  t.same(texts(await readPage(chat, user, conversationId, `through=${root}`)), ['root', 'right', 'right end'], 'the newest branch')

  const { status, body } = await chat.call<{ conversation: chatApi.Conversation }>(
    'PATCH',
    `/api/v1/conversations/${conversationId}`,
    user,
    {
      headMessageId: rightEnd,
    },
  )
  t.equal(status, 200)
  t.match(body.conversation, { headMessageId: rightEnd, pathLength: 3 })
  t.same(texts(await readPage(chat, user, conversationId)), ['root', 'right', 'right end'], 'it is shown from now on')
})

t.test('a path without messages is empty', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const { conversationId } = await storeConversation(world.query, { userId: user.userId, texts: [] })
  t.same(await readPage(chat, user, conversationId), { items: [], nextCursor: null, newerCursor: null })
})

t.test("nothing of another conversation is read by its messages' ids, its cursors or its branches", async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const stranger = aUser()
  const own = await storeConversation(world.query, { userId: user.userId, texts: ['own 1', 'own 2'] })
  const foreign = await storeConversation(world.query, { userId: stranger.userId, texts: ['secret 1', 'secret 2'] })
  const { nextCursor } = await readPage(chat, stranger, foreign.conversationId, 'limit=1')

  t.match(await chat.call('GET', `/api/v1/conversations/${foreign.conversationId}/path`, user), {
    status: 404,
    body: { code: 'conversation_not_found' },
  })
  t.same((await readPage(chat, user, own.conversationId, `cursor=${nextCursor}`)).items, [])
  t.same((await readPage(chat, user, own.conversationId, `through=${foreign.ids[1]}`)).items, [])
  t.same((await readPage(chat, user, own.conversationId, `through=${randomUUID()}`)).items, [])

  for (const [conversationId, headMessageId] of [
    [own.conversationId, foreign.ids[0]],
    [foreign.conversationId, foreign.ids[0]],
    [foreign.conversationId, own.ids[0]],
  ]) {
    const answer = await chat.call('PATCH', `/api/v1/conversations/${conversationId}`, user, { headMessageId })
    t.match(answer, { status: 404, body: { code: 'message_not_found' } })
  }
  t.same(texts(await readPage(chat, user, own.conversationId)), ['own 1', 'own 2'])
  t.same(texts(await readPage(chat, stranger, foreign.conversationId)), ['secret 1', 'secret 2'])
})
