import t from 'tap'
import { createAttempts } from './attempts.ts'

t.test('the same request has the same key until it has worked; another one has another', async (t) => {
  const attempts = createAttempts()
  const key = attempts.keyFor({ text: 'a', model: 'm' })
  t.equal(attempts.keyFor({ text: 'a', model: 'm' }), key, 'tried again')
  const other = attempts.keyFor({ text: 'a', model: 'n' })
  t.not(other, key, 'the gateway answers another request under the same key with a conflict')
  attempts.done()
  t.not(attempts.keyFor({ text: 'a', model: 'n' }), other, 'meant once more')
})
