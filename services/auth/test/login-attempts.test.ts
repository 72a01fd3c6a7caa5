import { EmailPurpose } from '@parley/contracts'
import { aUser } from '@parley/testing'
import t from 'tap'
import { anAddress, startAuth } from './harness.ts'

const auth = await startAuth({ LOGIN_ATTEMPT_LIMIT_PER_SOURCE: '12' })
t.teardown(auth.close)

const attempt = (email: string, password: string, from: string) =>
  auth.ask('POST', '/api/v1/auth/login', { body: { email, password }, from })

/** Moves every attempt from there into the past, by the database's clock. */
const age = (source: string, interval: string) =>
  auth.sql('UPDATE login_attempt SET attempted_at = attempted_at - $2::interval WHERE source = $1', [source, interval])

async function fail(times: number, email: string, from: string): Promise<number[]> {
  const statuses: number[] = []
  for (let done = 0; done < times; done++) statuses.push((await attempt(email, 'not the password', from)).status)
  return statuses
}

/** How often passwords are hashed while `work` runs. */
async function hashesDuring(work: () => Promise<unknown>): Promise<number> {
  const { hasher } = auth.deps
  const { matches } = hasher
  let count = 0
  hasher.matches = (...given) => {
    count += 1
    return matches(...given)
  }
  try {
    await work()
  } finally {
    hasher.matches = matches
  }
  return count
}

t.test('A-9 the sixth attempt in 15 minutes is refused without hashing, also with the right password', async (t) => {
  const person = await auth.signUp()
  const from = anAddress()
  t.same(await fail(5, person.email, from), [401, 401, 401, 401, 401])
  const hashes = await hashesDuring(async () => {
    const refused = await attempt(person.email, person.password, from)
    t.match(refused, { status: 429, body: { code: 'too_many_attempts' } })
    const retryAfterS = Number(refused.headers['retry-after'])
    t.ok(retryAfterS > 890 && retryAfterS <= 900, 'and says when to come back')
  })
  t.equal(hashes, 0)
})

t.test('A-9 an attacker elsewhere does not lock the owner out', async (t) => {
  const person = await auth.signUp()
  for (let addresses = 0; addresses < 4; addresses++) await fail(6, person.email, anAddress())
  t.equal((await attempt(person.email, person.password, anAddress())).status, 200)
})

t.test('R-2 the window slides: 5 at 14:59 count until they are 15 minutes old, each for itself', async (t) => {
  const person = await auth.signUp()
  const from = '198.51.100.1'
  await fail(3, person.email, from)
  await age(from, '10 minutes')
  await fail(2, person.email, from)
  await age(from, '4 minutes 59 seconds')
  t.equal((await attempt(person.email, 'wrong again', from)).status, 429)
  await age(from, '1 second')
  t.same(await fail(4, person.email, from), [401, 401, 401, 429], 'three are free again, two are not')
})

t.test('R-2 all addresses of one IPv6 network share their attempts', async (t) => {
  const person = await auth.signUp()
  for (let host = 1; host <= 5; host++) await fail(1, person.email, `2001:db8:77:88::${host}`)
  t.equal((await attempt(person.email, person.password, '2001:db8:77:88:ffff::9')).status, 429)
  t.equal((await attempt(person.email, person.password, '2001:db8:77:89::1')).status, 200)
})

t.test('A-9 20 attempts at once get 5', async (t) => {
  const person = await auth.signUp()
  const from = anAddress()
  const answers = await Promise.all(Array.from({ length: 20 }, () => attempt(person.email, 'guess', from)))
  t.equal(answers.filter(({ status }) => status === 401).length, 5)
  t.equal(answers.filter(({ status }) => status === 429).length, 15)
})

t.test('A-9 a successful log-in forgets the failures before it', async (t) => {
  const person = await auth.signUp()
  const from = anAddress()
  await fail(4, person.email, from)
  t.equal((await attempt(person.email, person.password, from)).status, 200)
  t.same(await fail(6, person.email, from), [401, 401, 401, 401, 401, 429])
})

t.test('A-9 one password tried on many accounts from one address is stopped as well', async (t) => {
  const from = anAddress()
  const statuses: number[] = []
  for (let account = 0; account < 13; account++) statuses.push((await attempt(aUser().email, 'Summer2026!', from)).status)
  t.same(statuses, [...Array.from({ length: 12 }, () => 401), 429])
})

t.test('A-9 when hashing is too busy the attempt does not count', async (t) => {
  const person = await auth.signUp()
  const from = anAddress()
  const { hasher } = auth.deps
  const { matches } = hasher
  hasher.matches = () => Promise.reject(new Error('busy'))
  await fail(6, person.email, from)
  hasher.matches = matches
  t.equal((await attempt(person.email, person.password, from)).status, 200)
})

t.test('A-10 unknown accounts are limited exactly like known ones', async (t) => {
  const known = await fail(7, (await auth.signUp()).email, anAddress())
  const unknown = await fail(7, aUser().email, anAddress())
  t.same(known, unknown)
})

t.test('A3 the right password of an unconfirmed address is told so, and nobody is logged in', async (t) => {
  const person = await auth.register()
  t.match(await attempt(person.email, person.password, anAddress()), { status: 403, body: { code: 'email_not_verified' } })
  t.match(await attempt(person.email, 'not the password', anAddress()), { status: 401, body: { code: 'invalid_credentials' } })
  t.equal((await auth.sql('SELECT 1 FROM session WHERE account_id = $1', [person.id])).length, 0)
  await auth.ask('POST', '/api/v1/auth/verify-email', { body: { token: await auth.mailToken(person.id, EmailPurpose.VERIFY_ADDRESS) } })
  t.equal((await attempt(person.email, person.password, anAddress())).status, 200)
})
