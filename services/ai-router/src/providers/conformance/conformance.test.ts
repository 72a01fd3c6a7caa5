import t from 'tap'
import { createAnthropicProvider } from '../anthropic/anthropic.provider.ts'
import { createCohereProvider } from '../cohere/cohere.provider.ts'
import { createGeminiProvider } from '../gemini/gemini.provider.ts'
import { createOpenaiProvider } from '../openai/openai.provider.ts'
import { createOpenaiCompatibleProvider } from '../openai/openai-compatible.provider.ts'
import { conformance } from './conformance.ts'
import { startFixtureVendor } from './fixture-vendor.ts'
import { startSimulatedVendor } from './simulated-vendor.ts'
import { anthropicWire, cohereWire, geminiWire, openaiWire } from './wires.ts'

const settings = { apiKey: 'a-key-for-tests', connectTimeoutMs: 2000 }
const openai = (baseUrl: string) => createOpenaiProvider({ id: 'openai', baseUrl, ...settings })
const compatible = (baseUrl: string) => createOpenaiCompatibleProvider({ id: 'ours', baseUrl, ...settings, apiKey: null })
const anthropic = (baseUrl: string) => createAnthropicProvider({ id: 'anthropic', baseUrl, ...settings })
const gemini = (baseUrl: string) => createGeminiProvider({ id: 'gemini', baseUrl, ...settings })
const cohere = (baseUrl: string) => createCohereProvider({ id: 'cohere', baseUrl, ...settings })

t.test('openai, recorded wire', (t) => conformance(t, () => startFixtureVendor(openaiWire), openai))
t.test('openai-compatible without a key, recorded wire', (t) => conformance(t, () => startFixtureVendor(openaiWire), compatible))
t.test('anthropic, recorded wire', (t) => conformance(t, () => startFixtureVendor(anthropicWire), anthropic))
t.test('gemini, recorded wire', (t) => conformance(t, () => startFixtureVendor(geminiWire), gemini))
t.test('cohere, recorded wire', (t) => conformance(t, () => startFixtureVendor(cohereWire), cohere))
t.test('openai, simulator', (t) => conformance(t, () => startSimulatedVendor('openai'), openai))
t.test('anthropic, simulator', (t) => conformance(t, () => startSimulatedVendor('anthropic'), anthropic))
t.test('gemini, simulator', (t) => conformance(t, () => startSimulatedVendor('gemini'), gemini))
t.test('cohere, simulator', (t) => conformance(t, () => startSimulatedVendor('cohere'), cohere))
