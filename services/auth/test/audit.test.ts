import { randomUUID } from 'node:crypto'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { timestampFromDate, timestampNow } from '@bufbuild/protobuf/wkt'
import { type auditApi, type CapChangedSchema, events } from '@parley/contracts'
import { openPool } from '@parley/database'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { startAuth } from './harness.ts'

const auth = await startAuth()
t.teardown(auth.close)
/** Connected exactly like the service. */
const service = openPool({ url: auth.database.url, applicationName: 'test' })
t.teardown(() => service.end())

t.test('A-21 the service cannot change or delete what it has written to the audit log', async (t) => {
  await auth.signUp()
  const { rowCount } = await service.query('SELECT 1 FROM audit_entry')
  t.ok((rowCount ?? 0) > 0, 'there is something to tamper with')
  const denied = { message: /permission denied for table audit_entry/ }
  await t.rejects(service.query("UPDATE audit_entry SET action = 'nothing.happened'"), denied)
  await t.rejects(service.query('DELETE FROM audit_entry'), denied)
  await t.rejects(service.query('TRUNCATE audit_entry'), denied)
  await t.rejects(service.query('DROP TABLE audit_entry'), { message: /must be owner/ })
  await t.rejects(
    service.query('GRANT UPDATE ON audit_entry TO CURRENT_USER').then(() => service.query("UPDATE audit_entry SET action = 'x'")),
    denied,
  )
})

t.test('A9 the log tells who did what, when and from where', async (t) => {
  const person = await auth.signUp()
  await auth.ask('POST', '/api/v1/auth/login', {
    body: { email: person.email, password: 'wrong' },
    from: '203.0.113.5',
    userAgent: 'a thief',
  })
  await auth.ask('POST', '/api/v1/auth/logout', { as: person, from: '203.0.113.6' })
  const entries = await auth.sql('SELECT * FROM audit_entry WHERE subject_id = $1 ORDER BY id', [person.id])
  t.same(
    entries.map(({ action }) => action),
    ['account.registered', 'address.verified', 'session.started', 'login.failed', 'session.revoked'],
  )
  t.match(entries[3], { actor_id: null, source: '203.0.113.5', user_agent: 'a thief', occurred_at: Date })
  t.match(entries[4], { actor_id: person.id, source: '203.0.113.6', detail: { reason: 'logged_out', sessionIds: [person.sessionId] } })
})

/** As the ai-router says it. */
const changed = (actorId: string, action: string, more: { fields?: string[]; enabled?: boolean } = {}) =>
  auth.deps.transact(({ publish }) =>
    publish(events.catalogueChanged, {
      aggregateId: 'gpt-dear',
      message: { actorId, action, subject: 'gpt-dear', ...more, occurredAt: timestampNow() },
    }),
  )

/** Somebody who may read the log. */
const administrator = () => ({ user: { id: randomUUID(), role: 'admin' as const }, sessionId: randomUUID() })

const listed = async (query: string) => {
  const { status, body } = await auth.ask('GET', `/api/v1/admin/audit?${query}`, { as: administrator() })
  t.equal(status, 200)
  return body as { items: auditApi.AuditEntry[]; nextCursor: string | null }
}

t.test('A-21 N-3 what administrators do to the catalogue stands in the log, once each, and what nobody did does not', async (t) => {
  const { user } = administrator()
  await changed(user.id, 'model.changed', { fields: ['enabled'], enabled: false })
  await changed(user.id, 'model.exploded')
  await changed('nobody', 'model.changed')
  await changed(user.id, 'provider_key.deleted')
  const entries = await waitFor('both entries', async () => {
    const { items } = await listed(`actorId=${user.id}`)
    return items.length === 2 && items
  })
  t.match(entries, [
    { action: 'catalogue.provider_key.deleted', actorId: user.id, subjectId: null, detail: { subject: 'gpt-dear' } },
    { action: 'catalogue.model.changed', actorId: user.id, detail: { subject: 'gpt-dear', fields: ['enabled'], enabled: false } },
  ])
  await auth.outside.manager.consumers.delete('EVENTS', 'auth-audit-catalogue')
  await changed(user.id, 'model.deleted')
  await waitFor('the last one', async () => (await listed(`actorId=${user.id}`)).items.length >= 3)
  await waitFor('all of them to be handled', async () => {
    const info = await auth.outside.manager.consumers.info('EVENTS', 'auth-audit-catalogue').catch(() => null)
    return info?.num_ack_pending === 0 && info.num_pending === 0
  })
  t.equal((await listed(`actorId=${user.id}`)).items.length, 3, 'delivered twice, written once')
})

t.test('A-21 what administrators do to spending caps stands in the log, with the amounts, at the time when it was done', async (t) => {
  const [{ user }, subject] = [administrator(), randomUUID()]
  const occurredAt = new Date('2026-11-20T12:00:00.000Z')
  const cap = (change: MessageInitShape<typeof CapChangedSchema>) =>
    auth.deps.transact(({ publish }) =>
      publish(events.capChanged, {
        aggregateId: 'cap',
        message: { actorId: user.id, occurredAt: timestampFromDate(occurredAt), ...change },
      }),
    )
  await cap({ action: 'changed', subject: 'platform', monthMicroUsd: 2_000_000_000n, dayMicroUsd: 0n })
  await cap({ action: 'stolen', subject: 'platform' })
  await cap({ action: 'deleted', subject, occurredAt: timestampFromDate(new Date(occurredAt.getTime() + 1)) })
  const entries = await waitFor('both entries', async () => {
    const { items } = await listed(`actorId=${user.id}&action=spend_cap`)
    return items.length === 2 && items
  })
  t.match(entries, [
    { action: 'spend_cap.deleted', subjectId: subject, detail: { monthUsd: undefined } },
    {
      ...{ action: 'spend_cap.changed', subjectId: null, occurredAt: occurredAt.toISOString() },
      detail: { subject: 'platform', monthUsd: '2000.000000', dayUsd: '0.000000' },
    },
  ])
})

t.test('A-19 A9 administrators read the log, newest first, page by page; nobody else does', async (t) => {
  const person = await auth.signUp()
  t.match(await auth.ask('GET', '/api/v1/admin/audit', { as: person }), { status: 403 })
  t.match(await auth.ask('GET', '/api/v1/admin/audit'), { status: 401 })
  const first = await listed(`subjectId=${person.id}&limit=2`)
  t.same(
    first.items.map(({ action }) => action),
    ['session.started', 'address.verified'],
  )
  const rest = await listed(`subjectId=${person.id}&limit=2&cursor=${first.nextCursor}`)
  t.same([rest.items.map(({ action }) => action), rest.nextCursor], [['account.registered'], null])
  t.same(
    (await listed(`subjectId=${person.id}&action=session`)).items.map(({ action }) => action),
    ['session.started'],
  )
  t.notMatch(JSON.stringify([first, rest]), person.email, 'no address')
  for (const query of ['actorId=x', 'action=%25', 'limit=0', 'cursor=nonsense'])
    t.match(await auth.ask('GET', `/api/v1/admin/audit?${query}`, { as: administrator() }), { status: 400 }, query)
})
