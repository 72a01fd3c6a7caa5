import type { Model } from '../catalogue/catalogue.ts'
import type { ChatMessage, ResponseFormat, Tools } from '../providers/provider.ts'

/**
 * The most a call costs whoever pays for it, which is one leg (ADR 15): a fixed part for all that may be written, and a rate for
 * what is read. Micro-USD. What reliability wastes on the way is the platform's and not in it.
 */
export interface CostBound {
  outputMicroUsd: bigint
  inputMicroUsdPerMillion: bigint
}

const MILLION = 1_000_000n
const perMillion = (tokens: bigint, price: bigint): bigint => (tokens * price + MILLION - 1n) / MILLION

/** Of whichever of the targets answers. `limit`: the most tokens that one may write. */
export function costBoundOf(targets: readonly Model[], limit: (model: Model) => number): CostBound {
  return targets
    .map((model) => {
      const { inputMicroUsdPerMillion, outputMicroUsdPerMillion } = model.price
      // The leg that ends an answer which broke has read, once, what the one before it wrote.
      const outputMicroUsd = perMillion(BigInt(limit(model)), inputMicroUsdPerMillion + outputMicroUsdPerMillion)
      return { outputMicroUsd, inputMicroUsdPerMillion }
    })
    .reduce(highest, { outputMicroUsd: 0n, inputMicroUsdPerMillion: 0n })
}

const max = (one: bigint, other: bigint): bigint => (one > other ? one : other)

const highest = (one: CostBound, other: CostBound): CostBound => ({
  outputMicroUsd: max(one.outputMicroUsd, other.outputMicroUsd),
  inputMicroUsdPerMillion: max(one.inputMicroUsdPerMillion, other.inputMicroUsdPerMillion),
})

/** In micro-USD, for a call that reads at most so many tokens. */
export const mostMicroUsd = ({ outputMicroUsd, inputMicroUsdPerMillion }: CostBound, inputTokens: number): bigint =>
  outputMicroUsd + perMillion(BigInt(inputTokens), inputMicroUsdPerMillion)

/** More than any vendor bills for a picture. */
const IMAGE_TOKENS = 5_000
/** What chat formats, and our own marks around texts, add to each. */
const TOKENS_PER_TEXT = 64

interface Input {
  system: string
  messages: readonly ChatMessage[]
  prefill: string
  tools?: Tools
  responseFormat?: ResponseFormat
}

/** More tokens than a model will be shown, at the cost of a look at the lengths. */
export function mostInputTokens({ system, messages, prefill, tools, responseFormat }: Input): number {
  const texts = [system, prefill, JSON.stringify(tools) ?? '', JSON.stringify(responseFormat) ?? '', ...messages.flatMap(textsOf)]
  const images = messages.reduce((sum, message) => sum + (message.role === 'user' ? (message.images?.length ?? 0) : 0), 0)
  return mostTokensOf(texts) + images * IMAGE_TOKENS
}

/** Tokenizers work on bytes: no text has more tokens. Keys and numbers come close to it. */
export const mostTokensOf = (texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + Buffer.byteLength(text) + TOKENS_PER_TEXT, 0)

const textsOf = (message: ChatMessage): string[] =>
  message.role === 'assistant' && message.toolCalls ? [message.text, JSON.stringify(message.toolCalls)] : [message.text]
