import { openPool } from '@parley/database'
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
