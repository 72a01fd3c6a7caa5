import fc from 'fast-check'
import t from 'tap'
import type { Model } from '../catalogue/catalogue.ts'
import { costMicroUsd } from './cost.ts'
import { costBoundOf, mostInputTokens, mostMicroUsd, mostTokensOf } from './cost-bound.ts'
import { countTokens } from './count-tokens.ts'

const aModel = fc.record({ input: fc.bigInt(0n, 10n ** 8n), output: fc.bigInt(0n, 10n ** 9n), maxOutputTokens: fc.nat(200_000) }).map(
  ({ input, output, maxOutputTokens }): Model => ({
    ...{ id: 'm', provider: 'p', name: 'm', vendorModel: 'm', kind: 'chat', capabilities: [], contextWindow: 1_000_000, maxOutputTokens },
    ...{ plan: 'free', isSimulated: false, acceptsPrefill: false, defaultRank: null, isEnabled: true },
    price: {
      id: 'm@1',
      inputMicroUsdPerMillion: input,
      cachedInputMicroUsdPerMillion: input / 10n,
      outputMicroUsdPerMillion: output,
    },
  }),
)

t.test('R-6 no leg of any target costs more than the bound, whatever it reads and writes within its limits', async (t) => {
  const leg = fc.record({ target: fc.nat(), read: fc.nat(500_000), cached: fc.nat(500_000), before: fc.nat(100), written: fc.nat(100) })
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(aModel, { minLength: 1, maxLength: 5 }), leg, fc.integer({ min: 1, max: 8_192 }), (targets, drawn, wanted) => {
        const limit = ({ maxOutputTokens }: Model) => Math.min(maxOutputTokens, wanted)
        const model = targets[drawn.target % targets.length]
        if (!model) return false
        // The text of a leg that broke is input of the one that goes on with it.
        const inputTokens = drawn.read + Math.floor((limit(model) * drawn.before) / 100)
        const used = {
          inputTokens,
          cachedInputTokens: Math.min(drawn.cached, inputTokens),
          outputTokens: Math.floor((limit(model) * drawn.written) / 100),
        }
        return costMicroUsd(used, model.price) <= mostMicroUsd(costBoundOf(targets, limit), drawn.read)
      }),
    ),
  )
  t.equal(
    mostMicroUsd(
      costBoundOf([], () => 100),
      1_000,
    ),
    0n,
    'nobody answers, nothing is paid',
  )
})

t.test('R-6 texts are never longer in tokens than is said beforehand: prose, other scripts, code, keys', async (t) => {
  const texts = [
    'A saving of a cent is still a saving, and a cap that holds is worth more than both.',
    '支出上限必须始终有效，即使五十个长答案同时开始。',
    'Лимит расходов должен соблюдаться, даже если начинаются сразу пятьдесят ответов.',
    'سقف الإنفاق يجب أن يصمد حتى لو بدأت خمسون إجابة طويلة في اللحظة نفسها',
    'งบประมาณต้องไม่เกินแม้จะมีห้าสิบคำตอบเริ่มพร้อมกัน',
    '👩‍💻🚀💸 emoji 🇩🇪',
    'for (const [i, x] of xs.entries()) if (x[i]?.y ?? z) { w += (a << 2) | ~b }',
    'q9X/7Zk+0hWm3T5v==Lr8Yd2PjQeUcNfGaSbVi1Oo4x6',
    '1 2 3 4 5 6 7 8 9 10 11 12',
  ]
  for (const text of texts) {
    t.ok(countTokens(text) <= mostTokensOf([text]), text.slice(0, 20))
    const long = text.repeat(200)
    t.ok(countTokens(long) <= mostTokensOf([long]), `200 times ${text.slice(0, 20)}`)
  }
})

t.test('R-6 pictures, tools and schemas are read and paid for as well', async (t) => {
  const plain = { system: 'Be short.', messages: [{ role: 'user' as const, text: 'Hello' }], prefill: '' }
  const bare = mostInputTokens(plain)
  const parameters = { type: 'object', properties: { city: { type: 'string', description: 'Where the weather is wanted' } } }
  t.ok(mostInputTokens({ ...plain, tools: { definitions: [{ name: 'weather', parameters }], choice: 'auto' } }) > bare + 40)
  t.ok(mostInputTokens({ ...plain, responseFormat: { type: 'json_schema', name: 'city', schema: parameters } }) > bare + 40)
  const picture = { role: 'user' as const, text: 'What is it?', images: [{ url: `data:image/png;base64,${'A'.repeat(2_000_000)}` }] }
  const withPicture = mostInputTokens({ ...plain, messages: [picture] })
  t.ok(withPicture > 5_000 && withPicture < 10_000, 'a picture costs what vendors bill, not its bytes')
  const calls = [{ id: '1', name: 'weather', arguments: 'x'.repeat(1_000) }]
  t.ok(mostInputTokens({ ...plain, messages: [{ role: 'assistant', text: '', toolCalls: calls }] }) > 500)
})
