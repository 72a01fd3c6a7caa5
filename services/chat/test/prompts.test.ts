import { randomUUID } from 'node:crypto'
import type { promptsApi } from '@parley/contracts'
import type { Principal } from '@parley/principal'
import { aPrincipal } from '@parley/testing'
import t from 'tap'
import { aUser, type Chat, startWorld } from './harness.ts'

interface Page<Item> {
  items: Item[]
  nextCursor: string | null
}
interface Version {
  version: number
  name: string
  text: string
  createdAt: string
}
type Reply = { prompt: promptsApi.Prompt }

const anAdmin = () => aPrincipal({ role: 'admin' })

async function create(chat: Chat, user: Principal, fields: { name?: string; text?: string; shared?: boolean } = {}) {
  const body = { name: 'Translate', text: 'Translate {{text}} into {{language}}.', ...fields }
  return (await chat.call<Reply>('POST', '/api/v1/prompts', user, body)).body.prompt
}

/** All pages of a list, three items each. */
async function all<Item>(chat: Chat, user: Principal, path: string): Promise<Item[]> {
  const items: Item[] = []
  const separator = path.includes('?') ? '&' : '?'
  for (let cursor: string | null = ''; cursor !== null; ) {
    const url: string = `${path}${separator}limit=3${cursor && `&cursor=${cursor}`}`
    const { body } = await chat.call<Page<Item>>('GET', url, user)
    items.push(...body.items)
    cursor = body.nextCursor
  }
  return items
}

const versions = (chat: Chat, user: Principal, id: string) => all<Version>(chat, user, `/api/v1/prompts/${id}/versions`)
const names = async (chat: Chat, user: Principal, query = '') =>
  (await all<promptsApi.Prompt>(chat, user, `/api/v1/prompts${query}`)).map(({ name }) => name)

t.test('B7 a prompt is made, read, changed and deleted by its owner, and names may repeat', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const made = await chat.call<Reply>('POST', '/api/v1/prompts', user, {
    name: ' Translate ',
    text: '{{ text }} into {{language}}, {{text}}',
  })
  t.match(made, {
    status: 201,
    body: { prompt: { name: 'Translate', variables: ['text', 'language'], version: 1, shared: false, mine: true } },
  })
  const { id } = made.body.prompt
  const path = `/api/v1/prompts/${id}`
  t.same((await chat.call('GET', path, user)).body, made.body)
  t.match(await chat.call('PATCH', path, user, { text: 'Say {{word}}' }), {
    status: 200,
    body: { prompt: { id, name: 'Translate', text: 'Say {{word}}', variables: ['word'], version: 2 } },
  })
  t.equal((await create(chat, user)).name, 'Translate')
  t.equal((await chat.call('DELETE', path, user)).status, 204)
  t.match(await chat.call('GET', path, user), { status: 404, body: { code: 'prompt_not_found' } })
  t.same(await world.query('SELECT version FROM prompt_version WHERE prompt_id = $1', [id]), [], 'its versions went with it')
})

t.test('B7 the list leads through own and shared prompts, newest change first, none missing, and finds names', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const [user, stranger, admin] = [aUser(), aUser(), anAdmin()]
  for (const name of ['one', 'two', 'three', '100% sure']) await create(chat, user, { name })
  for (const name of ['shared a', 'shared b']) await create(chat, admin, { name, shared: true })
  await create(chat, admin, { name: 'of the admin' })
  await create(chat, stranger, { name: 'of a stranger' })
  t.same(await names(chat, user), ['shared b', 'shared a', '100% sure', 'three', 'two', 'one'])
  t.same(await names(chat, admin), ['of the admin', 'shared b', 'shared a'])

  // All at one moment: the id decides.
  await world.query('UPDATE prompt SET updated_at = date_trunc($1, now())', ['hour'])
  t.same((await names(chat, user)).sort(), ['100% sure', 'one', 'shared a', 'shared b', 'three', 'two'])
  t.same((await names(chat, user, '?q=T')).sort(), ['three', 'two'])
  t.same(await names(chat, user, '?q=100%25'), ['100% sure'])
  t.same(await names(chat, user, '?q=o_e'), [])
  t.same((await names(chat, user, '?q=SHARED')).length, 2)
})

t.test('B7 every change of name or text is a version, a change of nothing is none, and an old one is restored as a new one', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const first = await create(chat, user, { name: 'A', text: 'one {{x}}' })
  const path = `/api/v1/prompts/${first.id}`
  const patch = async (body: object) => (await chat.call<Reply>('PATCH', path, user, body)).body.prompt
  t.same(await patch({}), first)
  t.same(await patch({ name: 'A', text: 'one {{x}}', shared: false }), first, 'nothing changes, not even the time')
  t.match(await patch({ name: 'B' }), { version: 2, name: 'B', text: 'one {{x}}' })
  t.match(await patch({ text: 'two' }), { version: 3, name: 'B', text: 'two', variables: [] })
  t.match(await patch({ text: 'three' }), { version: 4 })

  const restored = await chat.call<Reply>('POST', `${path}/versions/1/restore`, user)
  t.match(restored, { status: 200, body: { prompt: { version: 5, name: 'A', text: 'one {{x}}', variables: ['x'] } } })
  t.match(await chat.call('POST', `${path}/versions/5/restore`, user), { status: 200, body: { prompt: { version: 5 } } })
  t.match(await versions(chat, user, first.id), [
    { version: 5, name: 'A', text: 'one {{x}}' },
    { version: 4, name: 'B', text: 'three' },
    { version: 3, name: 'B', text: 'two' },
    { version: 2, name: 'B', text: 'one {{x}}' },
    { version: 1, name: 'A', text: 'one {{x}}', createdAt: first.createdAt },
  ])
  t.match(await chat.call('POST', `${path}/versions/6/restore`, user), { status: 404, body: { code: 'prompt_version_not_found' } })
})

t.test('B7 changes made at once are versions one after the other, none lost and none twice', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const { id } = await create(chat, user)
  const texts = Array.from({ length: 12 }, (_, index) => `text ${index}`)
  const answers = await Promise.all(texts.map((text) => chat.call<Reply>('PATCH', `/api/v1/prompts/${id}`, user, { text })))
  const numbers = answers.map(({ body }) => body.prompt.version)
  t.same(
    numbers.sort((a, b) => a - b),
    texts.map((_, index) => index + 2),
  )
  const kept = await versions(chat, user, id)
  t.equal(kept.length, 13)
  t.same(new Set(kept.slice(0, -1).map(({ text }) => text)), new Set(texts))
  t.match((await chat.call('GET', `/api/v1/prompts/${id}`, user)).body, { prompt: { version: 13, text: kept[0]?.text } })
})

t.test('B7 versions are append-only also for the service itself', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  await create(chat, aUser())
  const denied = { message: /permission denied for table prompt_version/ }
  await t.rejects(chat.deps.prisma.$executeRaw`UPDATE prompt_version SET text = 'x'`, denied)
  await t.rejects(chat.deps.prisma.$executeRaw`DELETE FROM prompt_version`, denied)
})

t.test("B7 somebody else's personal prompt is as good as none, for admins too", async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const { id } = await create(chat, aUser())
  const path = `/api/v1/prompts/${id}`
  for (const stranger of [aUser(), anAdmin()]) {
    const calls = [
      chat.call('GET', path, stranger),
      chat.call('PATCH', path, stranger, { name: 'Mine' }),
      chat.call('PATCH', path, stranger, { shared: true }),
      chat.call('DELETE', path, stranger),
      chat.call('GET', `${path}/versions`, stranger),
      chat.call('POST', `${path}/versions/1/restore`, stranger),
      chat.call('GET', `/api/v1/prompts/${randomUUID()}`, stranger),
    ]
    for (const answer of await Promise.all(calls)) t.match(answer, { status: 404, body: { code: 'prompt_not_found' } })
    t.same(await names(chat, stranger), [])
  }
  t.match(await world.query('SELECT name, version, is_shared FROM prompt'), [{ name: 'Translate', version: 1, is_shared: false }])
})

t.test('B7 only admins share and change what is shared; everybody reads it', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const [user, admin, colleague] = [aUser(), anAdmin(), anAdmin()]
  const forbidden = { status: 403, body: { code: 'forbidden' } }
  t.match(await chat.call('POST', '/api/v1/prompts', user, { name: 'A', text: 'B', shared: true }), forbidden)
  const own = await create(chat, user)
  t.match(await chat.call('PATCH', `/api/v1/prompts/${own.id}`, user, { shared: true, name: 'New' }), forbidden)
  t.same((await chat.call('GET', `/api/v1/prompts/${own.id}`, user)).body, { prompt: own }, 'nothing of it was changed')

  const shared = await create(chat, admin, { shared: true })
  const path = `/api/v1/prompts/${shared.id}`
  t.match(await chat.call('GET', path, user), { status: 200, body: { prompt: { shared: true, mine: false, version: 1 } } })
  t.match(await chat.call('GET', path, colleague), { body: { prompt: { mine: true } } })
  t.equal((await versions(chat, user, shared.id)).length, 1)
  t.match(await chat.call('PATCH', path, user, { text: 'Mine' }), forbidden)
  t.match(await chat.call('PATCH', path, user, { shared: false }), forbidden)
  t.match(await chat.call('POST', `${path}/versions/1/restore`, user), forbidden)
  t.match(await chat.call('DELETE', path, user), forbidden)

  t.match(await chat.call('PATCH', path, colleague, { text: 'Better' }), { status: 200, body: { prompt: { version: 2, mine: true } } })
  const demoted = { ...admin, role: 'user' as const }
  t.match(await chat.call('PATCH', path, demoted, { text: 'Mine again' }), forbidden, 'its maker is no admin any more')
  t.match(await chat.call('PATCH', path, colleague, { shared: false }), { body: { prompt: { shared: false, version: 2, mine: false } } })
  t.match(await chat.call('GET', path, user), { status: 404 }, "it is its maker's alone again")
  t.match(await chat.call('GET', path, demoted), { status: 200, body: { prompt: { mine: true } } })
})

t.test('B7 a user has so many prompts and no more, also when many are made at once', async (t) => {
  const world = await startWorld(t, { PROMPTS_PER_USER: '3' })
  const [one, other] = [await world.startChat(), await world.startChat()]
  const user = aUser()
  const body = { name: 'A', text: 'B' }
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) => (index % 2 ? one : other).call<Reply>('POST', '/api/v1/prompts', user, body)),
  )
  t.equal(answers.filter(({ status }) => status === 201).length, 3)
  for (const answer of answers.filter(({ status }) => status !== 201)) {
    t.match(answer, { status: 409, body: { code: 'too_many_prompts', detail: /You have 3 prompts/ } })
  }
  t.equal((await one.call('POST', '/api/v1/prompts', aUser(), body)).status, 201, 'others are not concerned')
  const [row] = await world.query<{ id: string }>('SELECT id FROM prompt WHERE user_id = $1', [user.userId])
  await one.call('DELETE', `/api/v1/prompts/${row?.id}`, user)
  t.equal((await one.call('POST', '/api/v1/prompts', user, body)).status, 201)
})

t.test('A-23 input that is no prompt is a 400, never a 5xx', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const { id } = await create(chat, user)
  const answers = await Promise.all([
    ...[{}, { name: 'A' }, { name: ' ', text: 'B' }, { name: 'A', text: 'x'.repeat(5001) }, { name: 'x'.repeat(101), text: 'B' }].map(
      (body) => chat.call('POST', '/api/v1/prompts', user, body),
    ),
    chat.call('POST', '/api/v1/prompts', user, { name: 'A', text: 'a\0b' }),
    chat.call('POST', '/api/v1/prompts', user, { name: 'A', text: 'B', version: 7 }),
    chat.call('PATCH', `/api/v1/prompts/${id}`, user, { text: '' }),
    chat.call('GET', '/api/v1/prompts?cursor=nonsense', user),
    chat.call('GET', '/api/v1/prompts?limit=101', user),
    chat.call('GET', '/api/v1/prompts/7', user),
    chat.call('GET', `/api/v1/prompts/${id}/versions?cursor=nonsense`, user),
    chat.call('GET', `/api/v1/prompts/${id}/versions?cursor=${Buffer.from('v9999999999').toString('base64url')}`, user),
    ...['0', '-1', '1.5', 'x', '2147483648'].map((version) => chat.call('POST', `/api/v1/prompts/${id}/versions/${version}/restore`, user)),
  ])
  for (const answer of answers) t.match(answer, { status: 400, body: { code: 'invalid_request' } })
})
