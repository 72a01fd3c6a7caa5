import type { AccessClaims } from '@parley/principal'
import t from 'tap'
import { createRevocations } from './revocations.ts'

const nowS = Math.floor(Date.now() / 1000)
const uuidAt = (ms: number) => {
  const time = ms.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`
}
const claims = (fields: Partial<AccessClaims>): AccessClaims => ({
  ...{ sub: 'ada', sid: 's1', role: 'user', plan: 'free', email_verified: true, jti: 'j', iat: nowS, exp: nowS + 900 },
  ...fields,
})

t.test('named sessions are revoked, others of the user are not', async (t) => {
  const revocations = createRevocations({ accessTokenTtlMs: 900_000 })
  revocations.add({ userId: 'ada', sessionIds: ['s1', 's2'] }, new Date())
  t.ok(revocations.isRevoked(claims({ sid: 's1' })))
  t.notOk(revocations.isRevoked(claims({ sid: 's3' })))
})

t.test('all sessions of a user: those that began before, to the millisecond', async (t) => {
  const revocations = createRevocations({ accessTokenTtlMs: 900_000 })
  const atMs = Date.now()
  revocations.add({ userId: 'ada', sessionIds: [] }, new Date(atMs))
  t.ok(revocations.isRevoked(claims({ sid: uuidAt(atMs - 1), iat: nowS + 5 })), 'refreshed meanwhile, begun before')
  t.notOk(revocations.isRevoked(claims({ sid: uuidAt(atMs + 1), iat: nowS - 1 })), 'a new log-in in the same second')
  t.ok(revocations.isRevoked(claims({ sid: 'not-a-uuid', iat: nowS - 10 })))
  t.notOk(revocations.isRevoked(claims({ sub: 'bob', sid: uuidAt(atMs - 1) })))
})

t.test('what no living token can mean any more is not kept', async (t) => {
  const revocations = createRevocations({ accessTokenTtlMs: 1_000 })
  revocations.add({ userId: 'ada', sessionIds: ['old'] }, new Date(Date.now() - 3_600_000))
  t.notOk(revocations.isRevoked(claims({ sid: 'old' })))
})
