import { randomUUID } from 'node:crypto'
import type { chatApi } from '@parley/contracts'
import type { searchApi } from '@parley/contracts/public'
import fc from 'fast-check'
import t from 'tap'
import { answering } from './fake-ai-router.ts'
import { aUser, type Chat, startWorld } from './harness.ts'
import { storeBranch, storeConversation } from './stored-conversation.ts'

interface Page {
  items: searchApi.SearchHit[]
  nextCursor: string | null
}

const searchPage = async (chat: Chat, user: ReturnType<typeof aUser>, q: string, more = '') =>
  (await chat.call<Page>('GET', `/api/v1/search?q=${encodeURIComponent(q)}${more}`, user)).body
const textOf = ({ highlights }: searchApi.SearchHit): string => highlights.map(({ text }) => text).join('')
const find = async (...request: Parameters<typeof searchPage>): Promise<string[]> => (await searchPage(...request)).items.map(textOf)

t.test("a message is found by all of its words, whatever case and accents, and nobody else's ever is", async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const stranger = aUser()
  const texts = ['Leases are renewed by client.close()', 'Das Café am Fluß <b>bold</b>', "It's 100% of snake_case", '分布式数据库']
  const { conversationId, ids } = await storeConversation(world.query, { userId: user.userId, texts, title: 'Notes' })
  await storeConversation(world.query, { userId: stranger.userId, texts: ['Leases of somebody else'] })

  t.same(await searchPage(chat, user, 'lease'), {
    items: [
      {
        messageId: ids[0],
        conversationId,
        conversationTitle: 'Notes',
        role: 'user',
        highlights: [
          { text: 'Leases', isMatch: true },
          { text: ' are renewed by client.close()', isMatch: false },
        ],
        createdAt: '2026-01-01T00:00:01.000Z',
      },
    ],
    nextCursor: null,
  })
  t.same(await find(chat, user, 'RENEWED leases'), [texts[0]], 'in any order')
  t.same(await find(chat, user, 'close'), [texts[0]], 'a part of code')
  t.same(await find(chat, user, 'client.close('), [texts[0]])
  t.same(await find(chat, user, 'lease renewed'), [], 'only the last word may be unfinished')
  t.same(await find(chat, user, 'leases missing'), [])
  t.same(await find(chat, user, 'cafe bold'), [texts[1]])
  t.same(await find(chat, user, '"café"'), [texts[1]])
  t.same(await find(chat, user, '100% snake'), [texts[2]])
  t.same(await find(chat, user, '数据'), [texts[3]])
  t.same(await find(chat, stranger, 'leases'), ['Leases of somebody else'])
  for (const nothing of ['!!!', "'", '\\', ':*', '&', '😀']) t.same(await searchPage(chat, user, nothing), { items: [], nextCursor: null })
})

t.test('words in quotes must stand one behind the other, and are shown as one', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const texts = [
    'A quick brown fox',
    'The fox is brown and quick',
    'quick: (BROWN)\nfoxes',
    'Quick, quick brown',
    'Ein schönes Café am See',
    '分布式数据库 and 数式',
    'quickbrown fox',
  ]
  await storeConversation(world.query, { userId: user.userId, texts })
  const found = async (q: string) => (await find(chat, user, q)).sort()

  t.same(await found('quick brown'), [texts[0], texts[3], texts[1], texts[2]].sort(), 'without quotes the words may stand anywhere')
  t.same(await found('"quick brown"'), [texts[0], texts[2], texts[3]].sort())
  t.same(await found('“Quick Brown”'), [texts[0], texts[2], texts[3]].sort(), 'other quotes, another case')
  t.same(await found('"brown quick"'), [])
  t.same(await found('"quick brown fox"'), [texts[0]], 'its last word is whole')
  t.same(await found('"quick brown fox'), [texts[0], texts[2]].sort(), 'or may be unfinished, as long as it is being typed')
  t.same(await found('"quick brown" fox'), [texts[0], texts[2]].sort())
  t.same(await found('"quick brown" "a quick"'), [texts[0]])
  t.same(await found('"uick brown"'), [])
  t.same(await found('"schones cafe"'), [texts[4]])
  t.same(await found('"数据"'), [texts[5]])
  t.same(await found('"数式"'), [texts[5]])
  t.same(await found('"式分"'), [])
  t.same(await found('"库 and"'), [texts[5]])
  const [hit] = (await searchPage(chat, user, '"quick brown fox"')).items
  t.same(hit?.highlights, [
    { text: 'A ', isMatch: false },
    { text: 'quick brown fox', isMatch: true },
  ])
})

t.test('a phrase is found however far back, though its words are everywhere', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const texts = Array.from({ length: 2300 }, (_, index) => (index % 1000 === 7 ? `left right ${index}` : `right left ${index}`))
  await storeConversation(world.query, { userId: user.userId, texts })
  const pages: string[][] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: Page = await searchPage(chat, user, '"left right"', `&limit=2${cursor && `&cursor=${cursor}`}`)
    pages.push(page.items.map(textOf))
    cursor = page.nextCursor
  }
  t.same(pages.flat(), ['left right 2007', 'left right 1007', 'left right 7'])
  t.ok(pages.length > 2, 'a request looks into so many messages and says where the next one goes on')
})

t.test('hits come newest first, page by page, from all branches; or from one conversation alone', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const texts = Array.from({ length: 700 }, (_, index) => (index % 100 === 0 ? `rare ${index}` : `common ${index}`))
  const long = await storeConversation(world.query, { userId: user.userId, texts })
  const { conversationId, ids } = await storeConversation(world.query, { userId: user.userId, texts: ['common here'] })
  await storeBranch(world.query, { conversationId, parentId: ids[0] ?? null, depth: 2, text: 'common branch' })

  for (const word of ['common', 'rare', 'com', 'rar']) {
    const found: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: Page = await searchPage(
        chat,
        user,
        word,
        `&limit=100&conversationId=${long.conversationId}${cursor && `&cursor=${cursor}`}`,
      )
      found.push(...page.items.map(textOf))
      cursor = page.nextCursor
    }
    t.same(found, texts.filter((text) => text.startsWith(word)).reverse(), word)
  }
  t.same(await find(chat, user, 'common', '&limit=2'), ['common branch', texts[699]])
  t.same((await find(chat, user, 'rare')).length, 7, 'also what lies beyond the newest messages')
  t.same(await find(chat, user, 'common', `&conversationId=${conversationId}`), ['common branch', 'common here'])
  t.same(await find(chat, aUser(), 'common', `&conversationId=${conversationId}`), [])
  t.same(await find(chat, user, 'common', `&conversationId=${randomUUID()}`), [])
})

t.test('an answer is found from its end on, its question at once, and neither when it is deleted', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>()
  world.aiRouter.play(async (call) => {
    call.started()
    call.text('A quokka smiles.')
    await mayEnd
    call.finished()
  })
  const id = randomUUID()
  const reader = world.follow(id)
  const { body } = await chat.ask(user, { id, text: 'What about the quokka?' })
  await reader.untilText('A quokka smiles.')
  t.same(await find(chat, user, 'quokka'), ['What about the quokka?'])
  end()
  await chat.ended(user, id)
  t.same(await find(chat, user, 'quokka'), ['A quokka smiles.', 'What about the quokka?'])

  world.aiRouter.play(answering('Another ', 'quokka.'))
  const { body: again } = await chat.call<{ turn: chatApi.Turn }>('POST', `/api/v1/messages/${body.userMessageId}/regenerate`, user, {})
  await chat.ended(user, again.turn.id)
  t.same(await find(chat, user, 'another quokka'), ['Another quokka.'])

  await chat.call('DELETE', `/api/v1/conversations/${body.conversationId}`, user)
  t.same(await find(chat, user, 'quokka'), [])
  t.same(await world.query('SELECT * FROM message_search'), [])
})

t.test('texts of any kind are stored and found by their words, and no query is an error', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const nasty = [
    '"',
    '""',
    '"( [a',
    '"a* b+? \\\\m" "c|d$"',
    "' | 'a' & !b <-> c:*",
    '\\\\ \\',
    "');--",
    'a:b:*',
    '<2>',
    '\u202e\u0301\ufeff',
    'ﷺ½…',
    'İıẞß',
    '\u{1f9d1}\u200d\u{1f4bb}',
    '\u0130:*',
    '🇩🇪',
  ]
  for (const q of nasty) t.equal((await chat.call('GET', `/api/v1/search?q=${encodeURIComponent(q)}`, user)).status, 200, q)

  const isStored = async (text: string) => {
    const { conversationId } = await storeConversation(world.query, { userId: user.userId, texts: [text] })
    const { body } = await chat.call<Page>('GET', `/api/v1/search?q=${encodeURIComponent(text)}&conversationId=${conversationId}`, user)
    return body.items.length === 1
  }
  for (const text of ['①ꀀ', '½', '"①ꀀ ½"', 'ﬁ ﷺ']) t.ok(await isStored(text), text)

  const word = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }).filter((text) => !text.includes('\0') && text.isWellFormed())
  await fc.assert(
    fc.asyncProperty(word, async (text) => {
      const { conversationId } = await storeConversation(world.query, { userId: user.userId, texts: [text] })
      const path = `/api/v1/search?q=${encodeURIComponent(text)}&conversationId=${conversationId}`
      const { status, body } = await chat.call<Page>('GET', path, user)
      if (text.trim() === '') return status === 400
      const [{ words = [] } = {}] = await world.query<{ words: string[] }>('SELECT search_words($1) AS words', [text.trim()])
      return status === 200 && body.items.length === (words.length > 0 ? 1 : 0) && body.items.every((hit) => textOf(hit).isWellFormed())
    }),
    { numRuns: 150 },
  )
  const huge = [
    `${'x'.repeat(5000)} ${'wide '.repeat(60_000)} end`,
    Array.from({ length: 100_000 }, (_, index) => index.toString(36)).join(' '),
  ]
  await storeConversation(world.query, { userId: user.userId, texts: huge })
  t.equal((await find(chat, user, 'xxxxxxxx')).length, 1, 'an answer of any length can be stored')
})

t.test('the short way to the words of an ASCII text gives the same as the general one', async (t) => {
  const world = await startWorld(t)
  const character = fc.integer({ min: 1, max: 127 }).map((code) => String.fromCharCode(code))
  const word = fc.oneof(fc.string({ unit: character, maxLength: 12 }), fc.constantFrom('x'.repeat(60), 'Y'.repeat(61), 'z'.repeat(200)))
  const texts = ['', ' ', '...', ...fc.sample(fc.array(word, { maxLength: 8 }), 500).map((words) => words.join(' '))]
  const [userId, conversationId] = [randomUUID(), randomUUID()]
  const others = await world.query(
    `SELECT body FROM unnest($3::text[]) AS body WHERE search_vector($1, $2, body) IS DISTINCT FROM
       array_to_tsvector(ARRAY(SELECT right($1::uuid::text, 8) || left(word, 60) FROM unnest(search_words(body)) AS word) || $2::uuid::text)`,
    [userId, conversationId, texts],
  )
  t.same(others, [])
})

t.test('input that is no search is a 400', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  for (const query of ['', 'q=', 'q=%20', `q=${'x'.repeat(201)}`, 'q=a&cursor=nonsense', 'q=a&conversationId=x', 'q=a&limit=0', 'q=%00']) {
    t.match(await chat.call('GET', `/api/v1/search?${query}`, user), { status: 400, body: { code: 'invalid_request' } }, query)
  }
})
