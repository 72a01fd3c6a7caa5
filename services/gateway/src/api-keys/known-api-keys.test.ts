import { commonErrors } from '@parley/errors'
import t from 'tap'
import { type ApiKeyOwner, createKnownApiKeys } from './known-api-keys.ts'

const anOwner = (fields: Partial<ApiKeyOwner> = {}): ApiKeyOwner => ({
  keyId: 'k1',
  userId: 'ada',
  role: 'user',
  plan: 'free',
  scopes: new Set(['chat']),
  expiresAtMs: Number.POSITIVE_INFINITY,
  ...fields,
})
const hashOf = (text: string) => new Uint8Array(Buffer.from(text))

/** Auth and a clock that a test sets. */
function aWorld(answer: ApiKeyOwner | null = anOwner()) {
  const state = { answer, isAway: false, asked: 0, nowMs: 0 }
  const keys = createKnownApiKeys({
    verify: async () => {
      state.asked += 1
      if (state.isAway) throw commonErrors.service_busy()
      return state.answer
    },
    graceMs: 900_000,
    freshMs: 30_000,
    unknownMs: 10_000,
    capacity: 2,
    now: () => state.nowMs,
  })
  return { state, keys }
}

t.test('auth is asked once for many requests at a time, and again when the answer is old', async (t) => {
  const { state, keys } = aWorld()
  const owners = await Promise.all(Array.from({ length: 50 }, () => keys.find(hashOf('a'))))
  t.ok(owners.every((owner) => owner?.userId === 'ada'))
  t.equal(state.asked, 1)
  state.nowMs = 29_999
  await keys.find(hashOf('a'))
  t.equal(state.asked, 1)
  state.nowMs = 30_000
  state.answer = anOwner({ role: 'admin' })
  t.equal((await keys.find(hashOf('a')))?.role, 'admin')
})

t.test('A-4 a revoked key is void at once, also when an answer about it is still on its way', async (t) => {
  const { keys } = aWorld()
  t.ok(await keys.find(hashOf('a')))
  const late = keys.find(hashOf('b'))
  keys.revoke('k1')
  t.equal(await late, null)
  t.equal(await keys.find(hashOf('a')), null)
})

t.test('A-4 what is known of a user is forgotten, and an answer from before is not kept', async (t) => {
  const { state, keys } = aWorld()
  await keys.find(hashOf('a'))
  state.answer = null
  keys.forget('bob')
  t.ok(await keys.find(hashOf('a')), 'somebody else')
  const late = keys.find(hashOf('b'))
  keys.forget('ada')
  await late
  t.equal(await keys.find(hashOf('a')), null)
  state.answer = anOwner()
  t.ok(await keys.find(hashOf('b')), 'the answer given meanwhile was not remembered')
})

t.test('F-4 while auth is away known keys go on, for a while, and unknown ones cannot be judged', async (t) => {
  const { state, keys } = aWorld()
  await keys.find(hashOf('a'))
  state.isAway = true
  state.nowMs = 60_000
  t.ok(await keys.find(hashOf('a')))
  const { asked } = state
  await keys.find(hashOf('a'))
  t.equal(state.asked, asked, 'not asked at every request')
  await t.rejects(keys.find(hashOf('b')), { code: 'service_busy' })
  state.nowMs = 900_000
  await t.rejects(keys.find(hashOf('a')), { code: 'service_busy' }, 'not for ever')
})

t.test('wrong keys are remembered for a moment, and a flood of them pushes no right one out', async (t) => {
  const { state, keys } = aWorld()
  await keys.find(hashOf('right'))
  state.answer = null
  for (const wrong of ['1', '2', '3', '3', '3']) t.equal(await keys.find(hashOf(wrong)), null)
  t.equal(state.asked, 4)
  t.ok(await keys.find(hashOf('right')))
  t.equal(state.asked, 4)
  state.nowMs = 10_000
  await keys.find(hashOf('3'))
  t.equal(state.asked, 5)
})

t.test('a key ends at its time', async (t) => {
  const { state, keys } = aWorld(anOwner({ expiresAtMs: 5_000 }))
  t.ok(await keys.find(hashOf('a')))
  state.nowMs = 5_000
  t.equal(await keys.find(hashOf('a')), null)
})
