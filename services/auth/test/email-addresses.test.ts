import { aUser } from '@parley/testing'
import t from 'tap'
import { startAuth } from './harness.ts'

const auth = await startAuth()
t.teardown(auth.close)

const password = 'correct horse battery'
const accountsLike = async (email: string) => (await auth.sql('SELECT email FROM user_account WHERE email LIKE $1', [`%${email}%`])).length
const allAccounts = async () => (await auth.sql('SELECT id FROM user_account')).length

t.test('A-12 an address is one account, however it is typed', async (t) => {
  const person = await auth.signUp()
  const disguised = person.email.toUpperCase().replace('@', '＠')
  t.equal((await auth.ask('POST', '/api/v1/auth/register', { body: { email: disguised, password } })).status, 202)
  t.equal(await accountsLike(person.email), 1)
  t.equal((await auth.logIn({ ...person, email: ` ${disguised} ` })).user.id, person.id)
})

const wrong = [
  'ada@example.com\r\nBcc: eve@example.com',
  'ada\0@example.com',
  'ada\u202e@example.com',
  'ada@eve@example.com',
  'ada@localhost',
  '"<script>"@example.com',
  "ada'; DROP TABLE user_account; --",
]
for (const email of wrong) {
  t.test(`A-12 ${JSON.stringify(email)} is refused everywhere, and no account is made`, async (t) => {
    const before = await allAccounts()
    for (const path of ['/api/v1/auth/register', '/api/v1/auth/password/forgot', '/api/v1/auth/magic-link']) {
      const body = path.endsWith('register') ? { email, password } : { email }
      t.match(await auth.ask('POST', path, { body }), { status: 400, body: { code: 'invalid_request', errors: [{ path: 'email' }] } }, path)
    }
    t.match(await auth.ask('POST', '/api/v1/auth/login', { body: { email, password } }), {
      status: 401,
      body: { code: 'invalid_credentials' },
    })
    t.equal(await allAccounts(), before)
  })
}

t.test('A-12 an address that is too long or no text is refused', async (t) => {
  for (const email of [`${'a'.repeat(250)}@example.com`, '', 'a', 42, null, ['ada@example.com'], { toString: 'ada@example.com' }]) {
    t.equal(
      (await auth.ask('POST', '/api/v1/auth/register', { body: { ...aUser(), id: undefined, email } })).status,
      400,
      JSON.stringify(email),
    )
  }
})
