import type { EmbeddingLimits } from '../provider.ts'

/**
 * What endpoints that speak OpenAI's chat completions do differently. A new endpoint is a line of data here, never a
 * branch in the code.
 */
export interface OpenaiDialect {
  /** The field for the most tokens of an answer. OpenAI's reasoning models refuse the older one, most others know no other. */
  outputLimitField: 'max_completion_tokens' | 'max_tokens'
  /** It knows `stream_options: {include_usage: true}`. Where it does not, figures come unasked or never. */
  knowsStreamOptions: boolean
  /** It knows `parallel_tool_calls`. */
  knowsParallelToolCalls: boolean
  seedField: 'seed' | 'random_seed'
  /** The role of the operator's words in the middle of a conversation: some take `system` at its beginning only. */
  interjectionRole: 'system' | 'user'
  /** Of one request for embeddings. */
  embeddingLimits: EmbeddingLimits
}

export const OPENAI: OpenaiDialect = {
  outputLimitField: 'max_completion_tokens',
  knowsStreamOptions: true,
  knowsParallelToolCalls: true,
  seedField: 'seed',
  interjectionRole: 'system',
  embeddingLimits: { inputs: 2_048, tokens: 300_000 },
}

/** vLLM, llama.cpp, Ollama, LM Studio, OpenRouter, Together, DeepSeek and what nobody told us about. */
const COMPATIBLE: OpenaiDialect = {
  ...OPENAI,
  outputLimitField: 'max_tokens',
  interjectionRole: 'user',
  // The least that is usual: text-embeddings-inference takes 32 texts unless told otherwise, Mistral some 16,000 tokens.
  embeddingLimits: { inputs: 32, tokens: 16_000 },
}

/** By host, or the domain it belongs to. From the vendors' API references, November 2026. */
const BY_DOMAIN: Readonly<Record<string, Partial<OpenaiDialect>>> = {
  'api.openai.com': OPENAI,
  'openai.azure.com': OPENAI,
  'api.groq.com': { outputLimitField: 'max_completion_tokens' },
  'api.cerebras.ai': { outputLimitField: 'max_completion_tokens' },
  'api.x.ai': { outputLimitField: 'max_completion_tokens' },
  // Sends figures unasked, and refuses fields it does not know (422).
  'api.mistral.ai': { knowsStreamOptions: false, seedField: 'random_seed' },
  'api.perplexity.ai': { knowsStreamOptions: false, knowsParallelToolCalls: false },
}

/** How to speak to the endpoint at a base URL. */
export function dialectOf(baseUrl: string): OpenaiDialect {
  const { hostname } = new URL(baseUrl)
  const known = Object.entries(BY_DOMAIN).find(([domain]) => hostname === domain || hostname.endsWith(`.${domain}`))
  return { ...COMPATIBLE, ...known?.[1] }
}
