import type { modelsApi, usageApi } from '@parley/contracts/public'

const pricing = { inputUsd: '0.15', outputUsd: '0.60', cachedInputUsd: '0.075' }
const capabilities: modelsApi.Model['capabilities'] = ['tools', 'images', 'json_schema']
const base = { contextWindow: 128_000, capabilities, pricing, available: true, simulated: false, isDefault: false } as const

export const models: modelsApi.Model[] = [
  { ...base, id: 'gpt-4o-mini', name: 'GPT-4o mini (offline guide)', provider: 'openai', plan: 'free', simulated: true, isDefault: true },
  { ...base, id: 'claude-haiku', name: 'Claude Haiku (offline guide)', provider: 'anthropic', plan: 'free', simulated: true },
  { ...base, id: 'gpt-4o', name: 'GPT-4o', provider: 'openai', plan: 'pro' },
  { ...base, id: 'claude-sonnet', name: 'Claude Sonnet', provider: 'anthropic', plan: 'pro', contextWindow: 200_000 },
  { ...base, id: 'claude-opus', name: 'Claude Opus', provider: 'anthropic', plan: 'pro', available: false },
]

export const plans: usageApi.Plan[] = [
  {
    id: 'free',
    name: 'Free',
    description: 'Everything you need to get to know Parley.',
    monthlyPriceCents: null,
    yearlyPriceCents: null,
    messagesPerHour: 10,
    messagesPerDay: 50,
    features: ['Fast everyday models', 'Unlimited history', 'All devices'],
  },
  {
    id: 'pro',
    name: 'Pro',
    description: 'For people who work with it all day.',
    monthlyPriceCents: 1900,
    yearlyPriceCents: 19_000,
    messagesPerHour: 100,
    messagesPerDay: 1000,
    features: ['Every model, the largest included', 'Twenty times the messages', 'Answers first when it is busy'],
  },
]

export function usage(by: 'day' | 'model') {
  const days = Array.from({ length: 14 }, (_, index) => new Date(Date.now() - (13 - index) * 86_400_000).toISOString().slice(0, 10))
  const keys = by === 'day' ? days : ['gpt-4o-mini', 'claude-haiku']
  const items = keys.map((key, index) => {
    const calls = by === 'day' ? ([3, 0, 8, 12, 5, 1, 0, 9, 14, 22, 6, 4, 17, 12][index % 14] ?? 0) : 60 - index * 20
    return { key, calls, inputTokens: calls * 310, outputTokens: calls * 420, costUsd: (calls * 0.000298).toFixed(6) }
  })
  const sum = (pick: (row: (typeof items)[number]) => number) => items.reduce((total, row) => total + pick(row), 0)
  const total = {
    calls: sum((row) => row.calls),
    inputTokens: sum((row) => row.inputTokens),
    outputTokens: sum((row) => row.outputTokens),
    costUsd: sum((row) => Number(row.costUsd)).toFixed(6),
  }
  return { from: `${days[0]}T00:00:00.000Z`, to: new Date().toISOString(), by, items, total }
}
