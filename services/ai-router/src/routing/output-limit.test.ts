import t from 'tap'
import { outputLimit } from './output-limit.ts'

const plans = { free: 2_000, pro: 8_000, admin: 8_000 }
const model = { maxOutputTokens: 4_000 }

t.test('C7 an answer is as long as its plan, its model and its caller allow', async (t) => {
  t.equal(outputLimit({ maxOutputTokens: 0, purpose: 'answer', plan: 'free' }, model, plans), 2_000)
  t.equal(outputLimit({ maxOutputTokens: 0, purpose: 'answer', plan: 'pro' }, model, plans), 4_000)
  t.equal(outputLimit({ maxOutputTokens: 50, purpose: 'answer', plan: 'pro' }, model, plans), 50)
})

t.test('titles and summaries are short on every plan', async (t) => {
  t.equal(outputLimit({ maxOutputTokens: 0, purpose: 'title', plan: 'admin' }, model, plans), 256)
  t.equal(outputLimit({ maxOutputTokens: 0, purpose: 'summary', plan: 'admin' }, model, plans), 1_024)
  t.equal(outputLimit({ maxOutputTokens: 9_999, purpose: 'summary', plan: 'admin' }, { maxOutputTokens: 300 }, plans), 300)
})
