import { EmailPurpose } from '@parley/contracts'
import t from 'tap'
import { startAuth } from './harness.ts'

const auth = await startAuth()
t.teardown(auth.close)

t.test('A3 a person signs up, confirms the address, and is logged in', async (t) => {
  const answer = await auth.ask('POST', '/api/v1/auth/register', {
    body: { email: 'Ada@Example.com', password: 'correct horse battery', name: 'Ada' },
  })
  t.equal(answer.status, 202)
  t.same(answer.body, { status: 'verification_required' })
  const registered = await auth.events.next('evt.auth.user.registered.v1')
  const userId = String(registered.userId)

  const token = await auth.mailToken(userId, EmailPurpose.VERIFY_ADDRESS)
  const confirmed = await auth.ask('POST', '/api/v1/auth/verify-email', { body: { token } })
  t.equal(confirmed.status, 200)
  t.match(confirmed.body, {
    user: { id: userId, email: 'ada@example.com', name: 'Ada', role: 'user', plan: 'free', emailVerified: true },
    expiresIn: 900,
    refreshExpiresIn: Number,
    accessToken: String,
    refreshToken: String,
  })
  const thirtyDaysS = 30 * 86_400
  t.ok(
    confirmed.body.refreshExpiresIn <= thirtyDaysS && confirmed.body.refreshExpiresIn > thirtyDaysS - 60,
    '30 days, counted from the log-in',
  )
  t.ok(await auth.events.next('evt.auth.user.verified.v1', { userId }))
})
