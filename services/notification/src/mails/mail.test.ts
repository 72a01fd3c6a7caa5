import t from 'tap'
import { judge, type RetryRules } from './mail.ts'
import { senderFrom } from './sender.ts'

const rules: RetryRules = { firstS: 1, longestS: 60, giveUpAfterS: 3600, refusalLimit: 3 }
const deferred = { status: 'deferred', code: 'smtp_econnrefused' } as const
const refused = { status: 'refused', code: 'smtp_550' } as const

t.test('F-7 while something is away a mail is tried again after growing waits, until it is too old', async (t) => {
  const waits = [1, 2, 3, 7, 40].map((attempt) => judge({ attempt, refusals: 0, ageS: 10 }, deferred, rules, 0))
  t.same(
    waits,
    [1, 2, 4, 60, 60].map((waitS) => ({ status: 'queued', waitS })),
  )
  t.match(judge({ attempt: 1, refusals: 0, ageS: 10 }, deferred, rules, 1), { waitS: 0.8 }, 'spread over a fifth')
  t.same(judge({ attempt: 90, refusals: 2, ageS: 3600 }, deferred, rules), { status: 'failed' })
})

t.test('a refused mail is given up after so many refusals, however young', async (t) => {
  t.same(judge({ attempt: 1, refusals: 0, ageS: 0 }, refused, rules), { status: 'queued', waitS: 60 })
  t.same(judge({ attempt: 9, refusals: 2, ageS: 0 }, refused, rules), { status: 'failed' })
})

t.test('a mail that was sent, or that nobody needs any more, is done', async (t) => {
  t.same(judge({ attempt: 1, refusals: 0, ageS: 9999 }, { status: 'sent' }, rules), { status: 'sent' })
  t.same(judge({ attempt: 1, refusals: 0, ageS: 0 }, { status: 'skipped', code: 'pointless' }, rules), { status: 'skipped' })
})

t.test('a sender is a name and an address, or an address', async (t) => {
  t.same(senderFrom('Parley <hello@example.com>'), { name: 'Parley', address: 'hello@example.com', domain: 'example.com' })
  t.same(senderFrom('"Parley, Inc" <a@b.example>'), { name: 'Parley, Inc', address: 'a@b.example', domain: 'b.example' })
  t.same(senderFrom('hello@example.com'), { name: '', address: 'hello@example.com', domain: 'example.com' })
  for (const wrong of ['Parley', 'Parley <hello>', 'a@b@c', 'a@b\r\nBcc: x@y', '<a@b>, <c@d>']) t.equal(senderFrom(wrong), undefined, wrong)
})
