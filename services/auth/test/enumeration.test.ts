import { EmailPurpose } from '@parley/contracts'
import { aUser, waitFor } from '@parley/testing'
import t from 'tap'
import { anAddress, startAuth } from './harness.ts'

const auth = await startAuth()
t.teardown(auth.close)

/** Counts every hash, of new passwords and of compared ones. */
const hashes = { count: 0 }
const { hash, matches } = auth.deps.hasher
auth.deps.hasher.hash = (...given) => {
  hashes.count += 1
  return hash(...given)
}
auth.deps.hasher.matches = (...given) => {
  hashes.count += 1
  return matches(...given)
}

const verified = await auth.signUp()
const unverified = await auth.register()
const kinds = { unknown: () => aUser().email, verified: () => verified.email, unverified: () => unverified.email }

/** What an outsider sees, and what it cost. */
async function observe(path: string, body: object) {
  hashes.count = 0
  const { status, text, headers } = await auth.ask('POST', path, { body })
  const { 'x-request-id': _id, date: _date, ...visible } = headers
  return { status, text: text.replace(/"requestId":"[^"]+"/, ''), headers: visible, hashes: hashes.count }
}

async function observeAll(path: string, rest: object = {}) {
  const seen = []
  for (const email of Object.values(kinds)) seen.push(await observe(path, { email: email(), ...rest }))
  return seen
}

t.test('A-10 signing up looks the same for new, confirmed and unconfirmed addresses, and hashes once', async (t) => {
  const [unknown, ...known] = await observeAll('/api/v1/auth/register', { password: 'correct horse battery' })
  t.match(unknown, { status: 202, hashes: 1 })
  for (const other of known) t.same(other, unknown)
})

t.test('A-10 a wrong password looks the same for known and unknown addresses, and hashes once', async (t) => {
  const [unknown, ...known] = await observeAll('/api/v1/auth/login', { password: 'not the password' })
  t.match(unknown, { status: 401, hashes: 1 })
  for (const other of known) t.same(other, unknown)
})

for (const path of ['/api/v1/auth/password/forgot', '/api/v1/auth/magic-link']) {
  t.test(`A-10 ${path} looks the same for every address and does the same: it notes the wish, nothing else`, async (t) => {
    const noted = () => auth.sql('SELECT 1 FROM email_request')
    const before = (await noted()).length
    const [unknown, ...known] = await observeAll(path)
    t.equal((await noted()).length, before + 3)
    t.match(unknown, { status: 202, hashes: 0 })
    for (const other of known) t.same(other, unknown)
  })
}

t.test('A-10 the wish of a stranger is forgotten with his address', async (t) => {
  const { email } = aUser()
  await auth.ask('POST', '/api/v1/auth/magic-link', { body: { email } })
  await waitFor('every request to be handled', async () => {
    const [row] = await auth.sql<{ open: number }>('SELECT count(*)::int AS open FROM email_request WHERE handled_at IS NULL')
    return row?.open === 0
  })
  t.equal((await auth.sql('SELECT 1 FROM email_request WHERE email IS NOT NULL')).length, 0)
})

t.test('A3 asking for a mail leads to exactly the mail that was asked for', async (t) => {
  const person = await auth.signUp()
  await auth.ask('POST', '/api/v1/auth/magic-link', { body: { email: person.email } })
  t.match(await auth.events.next('evt.auth.email.requested.v1', { userId: person.id }), { purpose: 'EMAIL_PURPOSE_MAGIC_LINK' })
  await auth.ask('POST', '/api/v1/auth/password/forgot', { body: { email: person.email.toUpperCase() } })
  t.match(await auth.events.next('evt.auth.email.requested.v1', { userId: person.id }), { purpose: 'EMAIL_PURPOSE_RESET_PASSWORD' })
})

t.test('A3 the first registration asks for one mail, by its own event; a repeated one for another', async (t) => {
  const person = await auth.register()
  await auth.ask('POST', '/api/v1/auth/register', { body: { email: person.email, password: person.password } })
  t.match(await auth.events.next('evt.auth.email.requested.v1', { userId: person.id }), { purpose: 'EMAIL_PURPOSE_VERIFY_ADDRESS' })
  t.same(auth.events.about(person.id), ['evt.auth.user.registered.v1', 'evt.auth.email.requested.v1'])
})

t.test('A3 signing up again with a confirmed address changes nothing and mails nobody', async (t) => {
  const person = await auth.signUp()
  await auth.ask('POST', '/api/v1/auth/register', { body: { email: person.email, password: 'another password', name: 'Eve' } })
  await waitFor('the repeated registration to be handled', async () => {
    const [row] = await auth.sql<{ open: number }>('SELECT count(*)::int AS open FROM email_request WHERE handled_at IS NULL')
    return row?.open === 0
  })
  t.notOk(auth.events.about(person.id).includes('evt.auth.email.requested.v1'))
  t.equal((await auth.logIn(person)).user.name, person.name)
})

t.test('A3 nobody can flood a mailbox: 5 mails of a kind in 15 minutes, then silence with the same answer', async (t) => {
  const person = await auth.signUp()
  const ask = () => auth.ask('POST', '/api/v1/auth/magic-link', { body: { email: person.email } })
  for (let mails = 0; mails < 8; mails++) t.equal((await ask()).status, 202)
  await waitFor('every request to be handled', async () => {
    const [row] = await auth.sql<{ open: number }>('SELECT count(*)::int AS open FROM email_request WHERE handled_at IS NULL')
    return row?.open === 0
  })
  const sent = () => auth.sql('SELECT 1 FROM email_request WHERE account_id = $1', [person.id])
  t.equal((await sent()).length, 5)
  await auth.sql("UPDATE email_request SET handled_at = handled_at - interval '15 minutes' WHERE account_id = $1", [person.id])
  await ask()
  await waitFor('one more mail', async () => (await sent()).length === 6)
})

t.test('A3 two who registered one address with different passwords: only the mailbox decides, neither password does', async (t) => {
  const victim = await auth.register()
  await auth.ask('POST', '/api/v1/auth/register', { body: { email: victim.email, password: 'the password of a stranger' } })
  await auth.ask('POST', '/api/v1/auth/verify-email', { body: { token: await auth.mailToken(victim.id, EmailPurpose.VERIFY_ADDRESS) } })
  for (const password of [victim.password, 'the password of a stranger']) {
    t.equal((await auth.ask('POST', '/api/v1/auth/login', { body: { email: victim.email, password }, from: anAddress() })).status, 401)
  }
  const token = await auth.mailToken(victim.id, EmailPurpose.RESET_PASSWORD)
  await auth.ask('POST', '/api/v1/auth/password/reset', { body: { token, password: 'chosen by the owner' } })
  t.ok(await auth.logIn({ email: victim.email, password: 'chosen by the owner' }))
})

t.test('A3 the same address registered 10 times at once becomes one account', async (t) => {
  const { email, password } = aUser()
  const register = () => auth.ask('POST', '/api/v1/auth/register', { body: { email, password } })
  const answers = await Promise.all(Array.from({ length: 10 }, register))
  t.ok(answers.every(({ status }) => status === 202))
  const accounts = await auth.sql<{ id: string; password_hash: string | null }>(
    'SELECT id, password_hash FROM user_account WHERE email = $1',
    [email],
  )
  t.equal(accounts.length, 1)
  t.ok(accounts[0]?.password_hash, 'the same password is no contradiction')
})
