import type { ProviderKind } from '../providers/registry.ts'
import { type Capability, capabilities as everything } from './needs.ts'
import type { ModelPlan } from './plan.ts'

/**
 * What a new database begins with. Later starts add what is missing here and change nothing that is there: from then on
 * the tables are the truth, and an operator's changes stay.
 *
 * Prices, context windows and output limits are starting values, taken from the vendors' public price lists in
 * November 2026. They are an operator's to check against the contract with the vendor. A new price is a further version
 * under `prices`; versions that exist are never edited.
 */
export interface SeedModel {
  id: string
  provider: string
  name: string
  vendorModel: string
  kind?: 'embedding'
  capabilities: readonly Capability[]
  contextWindow: number
  maxOutputTokens: number
  plan: ModelPlan
  isSimulated?: true
  acceptsPrefill?: true
  defaultRank?: number
  prices: readonly SeedPrice[]
}

export interface SeedPrice {
  version: number
  /** Decimal USD for one million tokens, as vendors write it, at most six places. */
  inputUsd: string
  cachedInputUsd: string
  outputUsd: string
  /** RFC 3339. */
  validFrom: string
}

const VALID_FROM = '2026-11-01T00:00:00Z'
const price = (inputUsd: string, cachedInputUsd: string, outputUsd: string): readonly SeedPrice[] => [
  { version: 1, inputUsd, cachedInputUsd, outputUsd, validFrom: VALID_FROM },
]

export const seedProviders: readonly { id: string; kind: ProviderKind; name: string }[] = [
  { id: 'openai', kind: 'openai', name: 'OpenAI' },
  { id: 'anthropic', kind: 'anthropic', name: 'Anthropic' },
  { id: 'gemini', kind: 'gemini', name: 'Google Gemini' },
  { id: 'cohere', kind: 'cohere', name: 'Cohere' },
]

/** A model whose answers are vectors: it reads, and what it writes costs nothing. */
const embedding = (
  id: string,
  provider: string,
  name: string,
  vendorModel: string,
  contextWindow: number,
  inputUsd: string,
): SeedModel => ({
  ...{ id, provider, name, vendorModel, contextWindow },
  kind: 'embedding',
  capabilities: [],
  maxOutputTokens: 0,
  plan: 'free',
  prices: price(inputUsd, inputUsd, '0'),
})

/** In the order in which lists show them. */
export const seedModels: readonly SeedModel[] = [
  {
    id: 'gpt-5.4-nano',
    provider: 'openai',
    name: 'GPT-5.4 nano',
    vendorModel: 'gpt-5.4-nano',
    capabilities: everything,
    contextWindow: 400_000,
    maxOutputTokens: 128_000,
    plan: 'free',
    defaultRank: 1,
    prices: price('0.20', '0.02', '1.25'),
  },
  {
    id: 'gpt-5.4-mini',
    provider: 'openai',
    name: 'GPT-5.4 mini',
    vendorModel: 'gpt-5.4-mini',
    capabilities: everything,
    contextWindow: 400_000,
    maxOutputTokens: 128_000,
    plan: 'free',
    prices: price('0.75', '0.075', '4.50'),
  },
  {
    id: 'gpt-5.5',
    provider: 'openai',
    name: 'GPT-5.5',
    vendorModel: 'gpt-5.5',
    capabilities: everything,
    contextWindow: 1_050_000,
    maxOutputTokens: 128_000,
    plan: 'pro',
    // Above 272,000 tokens of input the vendor charges more; the chat's context budget stays far below.
    prices: price('5.00', '0.50', '30.00'),
  },
  {
    id: 'claude-haiku-4-5',
    provider: 'anthropic',
    name: 'Claude Haiku 4.5',
    vendorModel: 'claude-haiku-4-5',
    capabilities: everything,
    contextWindow: 200_000,
    maxOutputTokens: 64_000,
    plan: 'free',
    // Anthropic's later models refuse a prefill.
    acceptsPrefill: true,
    defaultRank: 2,
    prices: price('1.00', '0.10', '5.00'),
  },
  {
    id: 'claude-sonnet-5',
    provider: 'anthropic',
    name: 'Claude Sonnet 5',
    vendorModel: 'claude-sonnet-5',
    capabilities: everything,
    contextWindow: 1_000_000,
    maxOutputTokens: 128_000,
    plan: 'pro',
    prices: price('2.00', '0.20', '10.00'),
  },
  {
    id: 'claude-opus-5',
    provider: 'anthropic',
    name: 'Claude Opus 5',
    vendorModel: 'claude-opus-5',
    capabilities: everything,
    contextWindow: 1_000_000,
    maxOutputTokens: 128_000,
    plan: 'pro',
    prices: price('5.00', '0.50', '25.00'),
  },
  {
    id: 'gemini-3.1-flash-lite',
    provider: 'gemini',
    name: 'Gemini 3.1 Flash-Lite',
    vendorModel: 'gemini-3.1-flash-lite',
    capabilities: everything,
    contextWindow: 1_048_576,
    maxOutputTokens: 65_536,
    plan: 'free',
    defaultRank: 3,
    prices: price('0.25', '0.025', '1.50'),
  },
  {
    id: 'gemini-3.8-flash',
    provider: 'gemini',
    name: 'Gemini 3.8 Flash',
    vendorModel: 'gemini-3.8-flash',
    capabilities: everything,
    contextWindow: 1_048_576,
    maxOutputTokens: 65_536,
    plan: 'pro',
    // An introductory price that the vendor has said ends with the year.
    prices: [
      ...price('0.75', '0.075', '3.75'),
      { version: 2, inputUsd: '1.50', cachedInputUsd: '0.15', outputUsd: '7.50', validFrom: '2027-01-01T00:00:00Z' },
    ],
  },
  {
    id: 'command-r7b',
    provider: 'cohere',
    name: 'Command R7B',
    vendorModel: 'command-r7b-12-2024',
    capabilities: ['tools', 'json_schema'],
    contextWindow: 128_000,
    maxOutputTokens: 4_000,
    plan: 'free',
    defaultRank: 4,
    // There is no lower price for what its cache held.
    prices: price('0.0375', '0.0375', '0.15'),
  },
  {
    id: 'command-a',
    provider: 'cohere',
    name: 'Command A',
    vendorModel: 'command-a-03-2025',
    capabilities: ['tools', 'json_schema'],
    contextWindow: 256_000,
    maxOutputTokens: 8_000,
    plan: 'pro',
    prices: price('2.50', '2.50', '10.00'),
  },
  // The offline guide is no language model and costs nobody anything. It has a price so that metering, costs and limits
  // are exercised without a key; the money is as simulated as the model. It stands in for its vendor's API, so it takes
  // whatever that takes.
  {
    id: 'parley-guide',
    provider: 'openai',
    name: 'Parley Guide (simulated)',
    vendorModel: 'parley-guide',
    capabilities: everything,
    contextWindow: 32_000,
    maxOutputTokens: 4_000,
    plan: 'free',
    isSimulated: true,
    acceptsPrefill: true,
    defaultRank: 5,
    prices: price('0.10', '0.01', '0.40'),
  },
  {
    id: 'parley-guide-b',
    provider: 'anthropic',
    name: 'Parley Guide (simulated, Anthropic API)',
    vendorModel: 'parley-guide-b',
    capabilities: everything,
    contextWindow: 32_000,
    maxOutputTokens: 4_000,
    plan: 'free',
    isSimulated: true,
    acceptsPrefill: true,
    defaultRank: 6,
    prices: price('0.10', '0.01', '0.40'),
  },
  {
    id: 'parley-guide-c',
    provider: 'gemini',
    name: 'Parley Guide (simulated, Gemini API)',
    vendorModel: 'parley-guide-c',
    capabilities: everything,
    contextWindow: 32_000,
    maxOutputTokens: 4_000,
    plan: 'free',
    isSimulated: true,
    acceptsPrefill: true,
    defaultRank: 7,
    prices: price('0.10', '0.01', '0.40'),
  },
  {
    id: 'parley-guide-d',
    provider: 'cohere',
    name: 'Parley Guide (simulated, Cohere API)',
    vendorModel: 'parley-guide-d',
    capabilities: everything,
    contextWindow: 32_000,
    maxOutputTokens: 4_000,
    plan: 'free',
    isSimulated: true,
    acceptsPrefill: true,
    defaultRank: 8,
    prices: price('0.10', '0.01', '0.40'),
  },
  embedding('text-embedding-3-small', 'openai', 'Text Embedding 3 Small', 'text-embedding-3-small', 8_191, '0.02'),
  embedding('text-embedding-3-large', 'openai', 'Text Embedding 3 Large', 'text-embedding-3-large', 8_191, '0.13'),
  embedding('gemini-embedding-001', 'gemini', 'Gemini Embedding', 'gemini-embedding-001', 2_048, '0.15'),
  embedding('embed-v4', 'cohere', 'Cohere Embed 4', 'embed-v4.0', 128_000, '0.12'),
  { ...embedding('parley-embedding', 'openai', 'Parley Embedding (simulated)', 'parley-embedding', 8_191, '0.01'), isSimulated: true },
]
