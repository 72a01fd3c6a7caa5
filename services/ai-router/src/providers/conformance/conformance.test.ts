import { join } from 'node:path'
import t from 'tap'
import { createAnthropicProvider } from '../anthropic/anthropic.provider.ts'
import { createOpenaiProvider } from '../openai/openai.provider.ts'
import { conformance } from './conformance.ts'
import { startFixtureVendor, type WireFixtures } from './fixture-vendor.ts'
import { startSimulatedVendor } from './simulated-vendor.ts'

const usage = { inputTokens: 21, cachedInputTokens: 8, outputTokens: 14 }
const fixtures = (vendor: string, basePath: string, pattern: RegExp): WireFixtures => ({
  directory: join(import.meta.dirname, '..', vendor, 'fixtures'),
  basePath,
  usage,
  textOf: (event) => {
    const text = pattern.exec(event)?.[1]
    return text === undefined ? undefined : (JSON.parse(`"${text}"`) as string)
  },
})
const settings = { apiKey: 'a-key-for-tests', connectTimeoutMs: 2000 }
const openai = (baseUrl: string) => createOpenaiProvider({ id: 'openai', baseUrl, ...settings })
const anthropic = (baseUrl: string) => createAnthropicProvider({ id: 'anthropic', baseUrl, ...settings })

t.test('openai, recorded wire', (t) =>
  conformance(t, () => startFixtureVendor(fixtures('openai', '/v1', /"delta":\{"content":"((?:[^"\\]|\\.)+)"/)), openai),
)
t.test('anthropic, recorded wire', (t) =>
  conformance(t, () => startFixtureVendor(fixtures('anthropic', '', /"text_delta","text":"((?:[^"\\]|\\.)+)"/)), anthropic),
)
t.test('openai, simulator', (t) => conformance(t, () => startSimulatedVendor('openai'), openai))
t.test('anthropic, simulator', (t) => conformance(t, () => startSimulatedVendor('anthropic'), anthropic))
