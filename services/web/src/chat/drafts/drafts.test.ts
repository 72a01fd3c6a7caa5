import t from 'tap'
import { MOST_DRAFTS, parseDrafts, storedDrafts, withDraft } from './drafts.ts'

t.test('a draft is kept until it is sent or emptied', async (t) => {
  const drafts = withDraft(withDraft({}, 'a', 'Hello'), '', 'New')
  t.same(drafts, { a: 'Hello', '': 'New' })
  t.same(withDraft(drafts, 'a', ''), { '': 'New' })
})

t.test('only so many are kept, and the one touched longest ago gives way', async (t) => {
  let drafts = {}
  for (let index = 0; index < MOST_DRAFTS; index += 1) drafts = withDraft(drafts, `c${index}`, 'x')
  drafts = withDraft(drafts, 'c0', 'touched')
  drafts = withDraft(drafts, 'one-more', 'x')
  t.equal(Object.keys(drafts).length, MOST_DRAFTS)
  t.match(drafts, { c0: 'touched', 'one-more': 'x', c1: undefined })
})

t.test('drafts survive a reload for the person who wrote them, and for nobody else', async (t) => {
  const stored = storedDrafts('ada', { a: 'Hello' })
  t.same(parseDrafts(stored, 'ada'), { a: 'Hello' })
  t.same(parseDrafts(stored, 'bob'), {})
})

t.test('what is no draft is left out', async (t) => {
  t.same(parseDrafts(JSON.stringify({ userId: 'ada', drafts: { a: 'Hello', b: 7 } }), 'ada'), { a: 'Hello' })
  for (const broken of [null, '', '{', '7', 'null', '{"userId":"ada"}']) t.same(parseDrafts(broken, 'ada'), {})
})
