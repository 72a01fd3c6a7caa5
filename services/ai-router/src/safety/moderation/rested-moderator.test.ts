import t from 'tap'
import { RESTING, restedModerator } from './rested-moderator.ts'

t.test('C7: a moderation service that is down is left alone, and asked by one question at a time whether it is back', async (t) => {
  let nowMs = 0
  let asked = 0
  let answer: () => Promise<object> = async () => Promise.reject(new Error('down'))
  const moderator = restedModerator(
    {
      classify() {
        asked += 1
        return answer()
      },
    },
    () => nowMs,
  )
  const classify = () => moderator.classify('hello', AbortSignal.timeout(60_000))

  for (let failures = 0; failures < 3; failures += 1) await t.rejects(classify(), { message: 'down' })
  await t.rejects(classify(), RESTING)
  t.equal(asked, 3, 'the fourth did not wait for it')

  nowMs += 30_000
  const { promise, resolve } = Promise.withResolvers<object>()
  answer = () => promise
  const probe = classify()
  await t.rejects(classify(), RESTING)
  resolve({ hate: 0.1 })
  t.same(await probe, { hate: 0.1 })
  t.same(await classify(), { hate: 0.1 })
  t.equal(asked, 5)
})
