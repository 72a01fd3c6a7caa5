import { randomUUID } from 'node:crypto'
import type { sharingApi } from '@parley/contracts/public'
import t from 'tap'
import { aUser, startWorld } from './harness.ts'
import { numbered, storeBranch, storeConversation } from './stored-conversation.ts'

type World = Awaited<ReturnType<typeof startWorld>>

/** A conversation, its owner, and a reader who has nothing but the link. */
async function sharedWorld(t: Parameters<typeof startWorld>[0], texts: string[]) {
  const world: World = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const stored = await storeConversation(world.query, { userId: user.userId, texts, title: 'Leases' })
  const path = `/api/v1/conversations/${stored.conversationId}/share`
  return {
    ...{ world, chat, user, path, ...stored },
    share: async () => (await chat.call<sharingApi.Share>('POST', path, user)).body,
    read: (slug: string, query = '') => chat.anonymous<sharingApi.SharedConversation>(`/api/v1/shared/${slug}${query}`),
  }
}

const textsOf = ({ items }: sharingApi.SharedConversation): string[] => items.map(({ text }) => text)

t.test('a shared conversation is read by anybody who has the link, and tells nothing of anybody', async (t) => {
  const { world, chat, user, path, conversationId, ids, read } = await sharedWorld(t, ['What is a lease?', 'A promise.'])
  await chat.call('POST', `/api/v1/messages/${ids[1]}/feedback`, user, { value: -1, comment: 'wrong' })
  await world.query('UPDATE message SET cost_micro_usd = 7, input_tokens = 8')
  const answer = await chat.call<sharingApi.Share>('POST', path, user)
  t.equal(answer.status, 201)
  const { url, slug, createdAt } = answer.body
  t.equal(url, `https://parley.test/shared/${slug}`)
  t.ok(Buffer.from(slug, 'base64url').length * 8 >= 128)
  t.same((await chat.call('GET', path, user)).body, answer.body)

  const shown = await read(slug)
  t.same(shown.body, {
    title: 'Leases',
    sharedAt: createdAt,
    items: [
      { role: 'user', text: 'What is a lease?', createdAt: '2026-01-01T00:00:01.000Z' },
      { role: 'assistant', text: 'A promise.', model: 'gpt-test', createdAt: '2026-01-01T00:00:02.000Z' },
    ],
    nextCursor: null,
  })
  t.match(shown.headers, { 'cache-control': 'private, no-store', 'x-robots-tag': 'noindex' })
  for (const id of [conversationId, user.userId, ...ids]) t.notOk(JSON.stringify(shown).includes(id))
})

t.test('a link shows what was shown when it was shared; sharing again moves it and keeps the address', async (t) => {
  const { world, chat, user, conversationId, ids, share, read } = await sharedWorld(t, ['one', 'two'])
  const first = await share()
  const { body: turn } = await chat.ask(user, { conversationId, text: 'three' })
  await chat.ended(user, turn.turnId)
  await chat.call('PATCH', `/api/v1/conversations/${conversationId}`, user, { title: 'Renamed' })
  await storeBranch(world.query, { conversationId, parentId: ids[0] ?? null, depth: 2, text: 'beside' })
  t.same((await read(first.slug)).body, { ...(await read(first.slug)).body, title: 'Leases', sharedAt: first.createdAt })
  t.same(textsOf((await read(first.slug)).body), ['one', 'two'])

  const second = await share()
  t.equal(second.slug, first.slug)
  t.ok(second.createdAt > first.createdAt)
  t.match((await read(first.slug)).body, { title: 'Renamed', sharedAt: second.createdAt })
  t.same(textsOf((await read(first.slug)).body), ['one', 'two', 'three', 'Hello there.'])
})

t.test('an answer being written is no part of what is shared, neither now nor when it is complete', async (t) => {
  const { world, chat, user, conversationId, share, read } = await sharedWorld(t, ['one', 'two'])
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>()
  world.aiRouter.play(async (call) => {
    call.started()
    await mayEnd
    call.text('secret')
    call.finished()
  })
  const { body: turn } = await chat.ask(user, { conversationId, text: 'three' })
  const { slug } = await share()
  t.same(textsOf((await read(slug)).body), ['one', 'two', 'three'])
  end()
  await chat.ended(user, turn.turnId)
  t.same(textsOf((await read(slug)).body), ['one', 'two', 'three'])
})

t.test('a shared conversation of 1,000 messages is read page by page, oldest first', async (t) => {
  const { share, read } = await sharedWorld(t, numbered(1000))
  const { slug } = await share()
  const texts: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const { body }: { body: sharingApi.SharedConversation } = await read(slug, `?limit=99${cursor && `&cursor=${cursor}`}`)
    texts.push(...textsOf(body))
    cursor = body.nextCursor
  }
  t.same(texts, numbered(1000))
})

t.test('a link ends when it is revoked or its conversation deleted, and never comes back', async (t) => {
  const { world, chat, user, path, conversationId, share, read } = await sharedWorld(t, ['one', 'two'])
  const notFound = { status: 404, body: { code: 'share_not_found' } }
  t.match(await chat.call('GET', path, user), notFound)
  t.match(await chat.call('DELETE', path, user), notFound)
  const { slug: revoked } = await share()
  t.equal((await chat.call('DELETE', path, user)).status, 204)
  const gone = await read(revoked)
  t.match(gone, notFound)
  t.match(gone.headers, { 'cache-control': 'private, no-store', 'x-robots-tag': 'noindex' })
  t.match(await chat.call('GET', path, user), notFound)

  const { slug } = await share()
  t.not(slug, revoked)
  t.equal((await read(slug)).status, 200)
  t.match(await read(revoked), notFound)
  await chat.call('DELETE', `/api/v1/conversations/${conversationId}`, user)
  t.match(await read(slug), notFound)
  t.same(await world.query('SELECT * FROM share'), [])
})

t.test('only the owner shares, sees and revokes', async (t) => {
  const { world, chat, path, share, read } = await sharedWorld(t, ['one', 'two'])
  const stranger = aUser()
  const { slug } = await share()
  t.match(await chat.call('POST', path, stranger), { status: 404, body: { code: 'conversation_not_found' } })
  t.match(await chat.call('GET', path, stranger), { status: 404, body: { code: 'share_not_found' } })
  t.match(await chat.call('DELETE', path, stranger), { status: 404, body: { code: 'share_not_found' } })
  t.equal((await chat.anonymous(path)).status, 401)
  t.equal((await read(slug)).status, 200)

  const empty = await storeConversation(world.query, { userId: stranger.userId, texts: [] })
  const answer = await chat.call('POST', `/api/v1/conversations/${empty.conversationId}/share`, stranger)
  t.match(answer, { status: 409, body: { code: 'nothing_to_share' } })
})

t.test('whatever stands in a link, the answer is no 5xx', async (t) => {
  const { share, read } = await sharedWorld(t, ['one', 'two'])
  const { slug } = await share()
  for (const wrong of [randomUUID(), 'x', `${slug}x`, slug.slice(0, -1), '%00', '%F0%9F%98%80', "'--", 'a'.repeat(300), '..%2f']) {
    t.match(await read(wrong), { status: /40[04]/ }, wrong)
  }
  for (const query of ['?cursor=nonsense', '?limit=0', `?cursor=${Buffer.from('d99999999999').toString('base64url')}`]) {
    t.match(await read(slug, query), { status: 400, body: { code: 'invalid_request' } }, query)
  }
})
