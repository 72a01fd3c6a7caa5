import { aUser } from '@parley/testing'
import t from 'tap'
import { startAuth } from './harness.ts'

t.test('F-12 without NATS people sign up, log in and refresh; the events follow when it is back', async (t) => {
  const auth = await startAuth()
  t.teardown(auth.close)
  const person = await auth.signUp()
  await auth.nats.stop()

  const newcomer = await auth.register(aUser())
  const session = await auth.logIn(person)
  t.equal((await auth.ask('POST', '/api/v1/auth/refresh', { body: { refreshToken: session.refreshToken } })).status, 200)
  t.equal((await auth.ask('POST', '/api/v1/auth/logout', { body: { refreshToken: session.refreshToken } })).status, 204)
  t.equal((await auth.app.inject('/health/ready')).statusCode, 200)

  await auth.nats.restart()
  t.ok(await auth.events.next('evt.auth.user.registered.v1', { userId: newcomer.id }))
  t.match(await auth.events.next('evt.auth.session.revoked.v1', { userId: person.id }), { sessionIds: [session.sessionId] })
})
