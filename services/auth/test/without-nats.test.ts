import { events } from '@parley/contracts'
import { follow } from '@parley/messaging'
import { createLogger } from '@parley/telemetry'
import { aUser, waitFor } from '@parley/testing'
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
  // From the stream: auth may be back, and have published, before whoever only listens is.
  const reader = { bus: auth.outside, sinceMs: 60_000, logger: createLogger({ name: 'test', level: 'silent' }) }
  const registered = new Set<string>()
  const revoked = new Map<string, string[]>()
  const followers = [
    follow({ ...reader, event: events.userRegistered, handle: ({ userId }) => registered.add(userId) }),
    follow({ ...reader, event: events.sessionRevoked, handle: ({ userId, sessionIds }) => revoked.set(userId, sessionIds) }),
  ]
  t.teardown(() => Promise.all(followers.map((follower) => follower.stop())))
  t.ok(await waitFor('the registration', () => registered.has(newcomer.id), { timeoutMs: 20_000 }))
  t.same(await waitFor('the log-out', () => revoked.get(person.id), { timeoutMs: 20_000 }), [session.sessionId])
})
