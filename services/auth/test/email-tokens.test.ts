import { EmailPurpose, requests } from '@parley/contracts'
import { call } from '@parley/messaging'
import t from 'tap'
import { v7 as newId } from 'uuid'
import { startAuth } from './harness.ts'

const auth = await startAuth()
t.teardown(auth.close)

const { VERIFY_ADDRESS, RESET_PASSWORD, MAGIC_LINK } = EmailPurpose
const redeemers = {
  [VERIFY_ADDRESS]: (token: string) => auth.ask('POST', '/api/v1/auth/verify-email', { body: { token } }),
  [RESET_PASSWORD]: (token: string) => auth.ask('POST', '/api/v1/auth/password/reset', { body: { token, password: 'a fresh password' } }),
  [MAGIC_LINK]: (token: string) => auth.ask('POST', '/api/v1/auth/magic-link/consume', { body: { token } }),
}
const purposes = [VERIFY_ADDRESS, RESET_PASSWORD, MAGIC_LINK] as const
const issue = (userId: string, purpose: EmailPurpose) =>
  call(auth.outside, requests.issueEmailToken, { userId, purpose }, { timeoutMs: 5_000 })
const refused = { status: 400, body: { code: 'invalid_token' } }

for (const [name, purpose] of Object.entries({
  'verify address': VERIFY_ADDRESS,
  'reset password': RESET_PASSWORD,
  'magic link': MAGIC_LINK,
})) {
  t.test(`A-13 ${name}: 20 parallel redemptions of one token give 1`, async (t) => {
    const person = await auth.register()
    const token = await auth.mailToken(person.id, purpose)
    const answers = await Promise.all(Array.from({ length: 20 }, () => redeemers[purpose](token)))
    t.equal(answers.filter(({ status }) => status < 300).length, 1)
    t.equal(answers.filter(({ status }) => status === 400).length, 19)
    t.match(await redeemers[purpose](token), refused, 'and later none')
  })

  t.test(`A-13 ${name}: 10 tokens of one person redeemed at once give 1, all die with it`, async (t) => {
    const person = await auth.register()
    const tokens = await Promise.all(Array.from({ length: 10 }, () => auth.mailToken(person.id, purpose)))
    const answers = await Promise.all(tokens.map((token) => redeemers[purpose](token)))
    t.equal(answers.filter(({ status }) => status < 300).length, 1)
    t.equal(answers.filter(({ status }) => status === 400).length, 9)
  })

  t.test(`A-13 ${name}: a token for something else is refused and stays good for its own purpose`, async (t) => {
    const person = await auth.register()
    for (const other of purposes.filter((candidate) => candidate !== purpose)) {
      const token = await auth.mailToken(person.id, other)
      t.match(await redeemers[purpose](token), refused)
      const { length } = await auth.sql(`SELECT 1 FROM email_token WHERE account_id = $1 AND used_at IS NULL`, [person.id])
      t.ok(length > 0)
    }
  })

  t.test(`A-13 ${name}: an expired token is refused`, async (t) => {
    const person = await auth.register()
    const token = await auth.mailToken(person.id, purpose)
    await auth.sql('UPDATE email_token SET expires_at = now() WHERE account_id = $1', [person.id])
    t.match(await redeemers[purpose](token), refused)
  })
}

t.test('A-13 tokens carry 256 bits and live 10 minutes, to confirm or reset 1 hour', async (t) => {
  const person = await auth.register()
  const lifetimesS = { [VERIFY_ADDRESS]: 3600, [RESET_PASSWORD]: 3600, [MAGIC_LINK]: 600 }
  for (const purpose of purposes) {
    const { token, needed, expiresAt, email } = await issue(person.id, purpose)
    t.ok(needed)
    t.equal(email, person.email)
    t.equal(Buffer.from(token, 'base64url').length, 32)
    t.ok(Math.abs(Number(expiresAt?.seconds) - Date.now() / 1000 - lifetimesS[purpose]) < 30)
  }
})

t.test('A-13 a link that is only opened uses nothing up', async (t) => {
  const person = await auth.register()
  const token = await auth.mailToken(person.id, VERIFY_ADDRESS)
  for (const path of ['verify-email', 'magic-link/consume', 'password/reset']) {
    t.equal((await auth.ask('GET', `/api/v1/auth/${path}?token=${token}`)).status, 404)
  }
  t.equal((await redeemers[VERIFY_ADDRESS](token)).status, 200)
})

t.test('A-13 invented tokens are refused, whatever they look like', async (t) => {
  for (const token of ['x', 'A'.repeat(43), '\0', '../..', "' OR 1=1 --", 'ｆ'.repeat(500)]) {
    for (const purpose of purposes) t.match(await redeemers[purpose](token), refused, JSON.stringify(token))
  }
})

t.test('A-13 no token is made for a mail that has become pointless', async (t) => {
  const person = await auth.signUp()
  t.match(await issue(person.id, VERIFY_ADDRESS), { needed: false, token: '' }, 'the address is confirmed already')
  t.match(await issue(newId(), RESET_PASSWORD), { needed: false, token: '' }, 'the account is gone')
  await t.rejects(issue(person.id, EmailPurpose.UNSPECIFIED), { code: 'invalid_request' })
  await t.rejects(issue('not an id', MAGIC_LINK), { code: 'invalid_request' })
})

t.test('A3 a magic link logs in, and confirms an address that was not', async (t) => {
  const person = await auth.register()
  const answer = await redeemers[MAGIC_LINK](await auth.mailToken(person.id, MAGIC_LINK))
  t.match(answer, { status: 200, body: { user: { id: person.id, emailVerified: true } } })
  t.ok(await auth.events.next('evt.auth.user.verified.v1', { userId: person.id }))
  const login = await auth.ask('POST', '/api/v1/auth/login', { body: { email: person.email, password: person.password } })
  t.equal(login.status, 401, 'the password somebody had registered with is not the mailbox owner’s')
})

t.test('A3 a magic link leaves the password of a confirmed address alone', async (t) => {
  const person = await auth.signUp()
  await redeemers[MAGIC_LINK](await auth.mailToken(person.id, MAGIC_LINK))
  t.ok(await auth.logIn(person))
})

t.test('F1 others learn where to reach a person, by id only', async (t) => {
  const person = await auth.signUp()
  await auth.ask('PATCH', '/api/v1/me', { as: person, body: { locale: 'de-ch' } })
  const contact = await call(auth.outside, requests.getContact, { userId: person.id }, { timeoutMs: 5_000 })
  t.match(contact, { email: person.email, name: person.name, locale: 'de-CH' })
  await t.rejects(call(auth.outside, requests.getContact, { userId: newId() }, { timeoutMs: 5_000 }), { code: 'user_not_found' })
  await t.rejects(call(auth.outside, requests.getContact, { userId: 'nonsense' }, { timeoutMs: 5_000 }), { code: 'user_not_found' })
})
