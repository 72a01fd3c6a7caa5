import t from 'tap'
import { actionOn, policyOf } from './policy.ts'

t.test('C8 what is done follows score, category and plan', async (t) => {
  const policy = policyOf('harassment=block, pro.sexual=flag, admin.violence=allow')
  t.equal(actionOn(policy, 'free', 'sexual', 0.9), 'block')
  t.equal(actionOn(policy, 'pro', 'sexual', 0.9), 'flag')
  t.equal(actionOn(policy, 'free', 'sexual', 0.55), 'flag')
  t.equal(actionOn(policy, 'free', 'sexual', 0.4), 'allow')
  t.equal(actionOn(policy, 'admin', 'violence', 1), 'allow')
  t.equal(actionOn(policy, 'free', 'harassment', 0.9), 'block')
  t.equal(actionOn(policyOf(''), 'free', 'harassment', 0.9), 'flag')
})

t.test('a rule for one plan wins, whatever the order; a rule that says nothing is refused', async (t) => {
  const policy = policyOf('pro.hate=allow,hate=flag')
  t.equal(actionOn(policy, 'pro', 'hate', 1), 'allow')
  t.equal(actionOn(policy, 'free', 'hate', 1), 'flag')
  for (const rules of ['sexual', 'sexual=maybe', 'gold.sexual=flag', 'sex=flag']) t.throws(() => policyOf(rules), /needs rules like/)
})
