import t from 'tap'
import type { ProviderRequest } from '../providers/provider.ts'
import { countTokens } from './count-tokens.ts'
import { createUsageMeter } from './usage-meter.ts'

const request: ProviderRequest = {
  model: 'm',
  system: 'Answer briefly.',
  messages: [{ role: 'user', text: 'What is Parley?' }],
  prefill: '',
  acceptsPrefill: true,
  maxOutputTokens: 10,
}
const counted = countTokens('Answer briefly.') + countTokens('What is Parley?') + 8

t.test('the vendor’s figures count when they are whole', async (t) => {
  const meter = createUsageMeter(request)
  meter.addText('A chat service.')
  meter.addVendorUsage({ inputTokens: 100, cachedInputTokens: 40 })
  meter.addVendorUsage({ outputTokens: 7 })
  t.same(meter.measure(), { inputTokens: 100, cachedInputTokens: 40, outputTokens: 7, isEstimated: false })
})

t.test('C7 what the vendor leaves out is counted, and says so', async (t) => {
  const meter = createUsageMeter(request)
  meter.addText('A chat ')
  meter.addText('service.')
  t.same(meter.measure(), { inputTokens: counted, cachedInputTokens: 0, outputTokens: countTokens('A chat service.'), isEstimated: true })
  meter.addVendorUsage({ inputTokens: 50 })
  t.same(meter.measure(), { inputTokens: 50, cachedInputTokens: 0, outputTokens: countTokens('A chat service.'), isEstimated: true })
})

t.test('a vendor that counts nothing for a text that is there is not believed', async (t) => {
  const meter = createUsageMeter(request)
  meter.addText('A chat service.')
  meter.addVendorUsage({ inputTokens: 0, cachedInputTokens: 9, outputTokens: 0 })
  t.same(meter.measure(), { inputTokens: counted, cachedInputTokens: 9, outputTokens: countTokens('A chat service.'), isEstimated: true })
})

t.test('a cached part is never larger than the whole', async (t) => {
  const meter = createUsageMeter(request)
  meter.addVendorUsage({ inputTokens: 10, cachedInputTokens: 90, outputTokens: 1 })
  t.equal(meter.measure().cachedInputTokens, 10)
})

t.test('nothing was used until text or a figure came', async (t) => {
  const meter = createUsageMeter(request)
  t.equal(meter.hasUsage, false)
  meter.addVendorUsage({})
  t.equal(meter.hasUsage, false)
  meter.addVendorUsage({ inputTokens: 3 })
  t.equal(meter.hasUsage, true)
  t.same(meter.measure(), { inputTokens: 3, cachedInputTokens: 0, outputTokens: 0, isEstimated: false })
})

t.test('F-2 a request that runs is estimated from its beginning, closely enough and by the vendor’s figures where there are some', (t) => {
  const meter = createUsageMeter(request)
  const before = meter.estimate()
  t.match(before, { outputTokens: 0, isEstimated: true })
  t.ok(Math.abs(before.inputTokens - counted) <= counted / 2)
  const words = 'The quick brown fox jumps over the lazy dog. '.repeat(100)
  meter.addText(words)
  t.ok(Math.abs(meter.estimate().outputTokens - countTokens(words)) <= countTokens(words) / 2)
  meter.addVendorUsage({ inputTokens: 1000, cachedInputTokens: 900 })
  t.match(meter.estimate(), { inputTokens: 1000, cachedInputTokens: 900, isEstimated: true })
  t.end()
})
