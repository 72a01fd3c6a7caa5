import { randomUUID } from 'node:crypto'
import t from 'tap'
import { startWorld, type World } from './harness.ts'

async function withNotices(t: Parameters<typeof startWorld>[0], count: number): Promise<{ world: World; userId: string }> {
  const world = await startWorld(t)
  const userId = randomUUID()
  for (let index = 0; index < count; index += 1)
    await world.pool.query(`INSERT INTO notification (id, dedupe_key, user_id, kind) VALUES ($1, $2, $3, 'welcome')`, [
      `0192f0c1-6f6e-7c3a-9a51-00000000000${index}`,
      `notice ${index}`,
      userId,
    ])
  return { world, userId }
}

t.test('notices are listed newest first, page by page, own ones only', async (t) => {
  const { world, userId } = await withNotices(t, 3)
  const first = await world.request('GET', '/api/v1/notifications?limit=2', { userId })
  t.match(first, { status: 200, body: { items: [{ kind: 'welcome', title: 'Welcome to Parley', read: false }, {}] } })
  const second = await world.request('GET', `/api/v1/notifications?limit=2&cursor=${first.body.nextCursor}`, { userId })
  const ids = [...first.body.items, ...second.body.items].map(({ id }: { id: string }) => id.at(-1))
  t.same(ids, ['2', '1', '0'])
  t.equal(second.body.nextCursor, null)
  t.same((await world.request('GET', '/api/v1/notifications', { userId: randomUUID() })).body, { items: [], nextCursor: null })
})

t.test('A-19 a notice is marked as read by its owner; for everybody else it does not exist', async (t) => {
  const { world, userId } = await withNotices(t, 1)
  const path = '/api/v1/notifications/0192f0c1-6f6e-7c3a-9a51-000000000000'
  t.match(await world.request('PATCH', path, { userId: randomUUID() }, { read: true }), {
    status: 404,
    body: { code: 'notification_not_found' },
  })
  t.match(await world.request('PATCH', path, { userId }, { read: true }), { status: 200, body: { notification: { read: true } } })
  t.match((await world.request('GET', '/api/v1/notifications', { userId })).body, { items: [{ read: true }] })
  t.match(await world.request('PATCH', path, { userId }, { read: false }), { status: 200, body: { notification: { read: false } } })
})

t.test('A-23 wrong input and missing log-in are answered as documented', async (t) => {
  const { world, userId } = await withNotices(t, 0)
  t.match(await world.request('GET', '/api/v1/notifications', undefined), { status: 401, body: { code: 'unauthenticated' } })
  for (const query of ['limit=0', 'limit=101', 'limit=x', 'cursor=nonsense', 'cursor=eyJhIjoxfQ'])
    t.match(
      await world.request('GET', `/api/v1/notifications?${query}`, { userId }),
      { status: 400, body: { code: 'invalid_request' } },
      query,
    )
  const path = `/api/v1/notifications/${randomUUID()}`
  for (const body of [{}, { read: 'yes' }, { read: true, more: 1 }])
    t.match(await world.request('PATCH', path, { userId }, body), { status: 400, body: { code: 'invalid_request' } })
  t.match(await world.request('PATCH', '/api/v1/notifications/7', { userId }, { read: true }), { status: 400 })
})
