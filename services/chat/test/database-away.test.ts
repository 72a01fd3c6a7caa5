import { randomUUID } from 'node:crypto'
import { openPool } from '@parley/database'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { aUser, startWorld } from './harness.ts'

t.test('F-8 while Postgres is away the answer goes on, is held, and is stored when it is back', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat({ leaseMs: 600 })
  const user = aUser()
  const away = Promise.withResolvers<void>()
  world.aiRouter.play(async (call) => {
    call.started()
    call.text('before ')
    await away.promise
    call.text('after')
    call.finished()
  })
  const id = randomUUID()
  const reader = world.follow(id)
  await chat.ask(user, { id })
  await reader.untilText('before ')

  const database = await cutOff(world.database)
  t.teardown(database.close)
  // Longer than the lease: nobody else can have taken the turn, since nobody reaches the database.
  await waitFor('a renewal to fail', () => (chat.deps.running.find(id)?.leaseEndsAtMs ?? 0) < performance.now())
  away.resolve()
  await reader.untilText('before after')
  const askedAtMs = performance.now()
  t.match(await chat.call('GET', `/api/v1/turns/${id}`, user), { status: 503, body: { code: 'service_busy' } })
  t.ok(performance.now() - askedAtMs < 2_000, 'refused, not kept waiting')

  await database.letIn()
  t.match(await reader.untilLast(), { type: 'turn.completed', message: { text: 'before after' } })
  t.same(reader.disorder(), [])
  t.match(await chat.turn(user, id), { status: 'completed', text: 'before after' })
})

/** Nobody but a superuser may connect, and whoever is connected is thrown out. */
async function cutOff({ url }: { url: string }) {
  const name = new URL(url).pathname.slice(1)
  const admin = openPool({ url: process.env.POSTGRES_URL ?? '', applicationName: 'test-admin', poolSize: 1 })
  await admin.query(`ALTER DATABASE ${name} CONNECTION LIMIT 0`)
  await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND usename <> $2', [name, 'postgres'])
  return {
    letIn: () => admin.query(`ALTER DATABASE ${name} CONNECTION LIMIT -1`),
    close: () => admin.end(),
  }
}
