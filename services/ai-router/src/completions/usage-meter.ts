import type { ProviderRequest, VendorUsage } from '../providers/provider.ts'
import type { TokenUsage } from './cost.ts'
import { countTokens, createTokenCounter, estimateTokens } from './count-tokens.ts'

export interface MeasuredUsage extends TokenUsage {
  /** At least one figure was counted here, as the vendor did not give it. */
  isEstimated: boolean
}

/** Measures one request to a vendor while it runs, so that a stream that ends early is booked with what it produced. */
export interface UsageMeter {
  addText(text: string): void
  addVendorUsage(usage: VendorUsage): void
  /** Was anything produced, or did the vendor count anything? */
  readonly hasUsage: boolean
  measure(): MeasuredUsage
  /** What a request that runs has used so far, whether or not an answer has begun; cheap enough to be asked all the time. */
  estimate(): MeasuredUsage
}

/** What chat formats add to each message; OpenAI documents 3 and a role of 1. */
const TOKENS_PER_MESSAGE = 4

export function createUsageMeter(request: ProviderRequest): UsageMeter {
  const output = createTokenCounter()
  let hasText = false
  let vendor: VendorUsage = {}
  let estimatedInput: number | undefined
  return {
    addText(text) {
      hasText = true
      output.add(text)
    },
    addVendorUsage({ inputTokens = vendor.inputTokens, cachedInputTokens = vendor.cachedInputTokens, outputTokens = vendor.outputTokens }) {
      vendor = { inputTokens, cachedInputTokens, outputTokens }
    },
    get hasUsage() {
      return hasText || Boolean(vendor.inputTokens) || Boolean(vendor.outputTokens)
    },
    measure() {
      // A figure of zero for something that is there is as good as none.
      const givenInput = vendor.inputTokens || undefined
      const givenOutput = hasText ? vendor.outputTokens || undefined : (vendor.outputTokens ?? 0)
      const inputTokens = givenInput ?? sumOverTexts(request, countTokens)
      return {
        inputTokens,
        cachedInputTokens: Math.min(vendor.cachedInputTokens ?? 0, inputTokens),
        outputTokens: givenOutput ?? output.total(),
        isEstimated: givenInput === undefined || givenOutput === undefined,
      }
    },
    estimate() {
      estimatedInput ??= sumOverTexts(request, estimateTokens)
      const inputTokens = vendor.inputTokens || estimatedInput
      return {
        inputTokens,
        cachedInputTokens: Math.min(vendor.cachedInputTokens ?? 0, inputTokens),
        outputTokens: Math.max(vendor.outputTokens ?? 0, output.estimate()),
        isEstimated: true,
      }
    },
  }
}

type RequestTexts = Pick<ProviderRequest, 'system' | 'messages' | 'prefill' | 'tools'>

/** What a request that was not asked yet will read, at next to no cost. */
export const estimateInput = (request: RequestTexts): number => sumOverTexts(request, estimateTokens)

/** Pictures are left out: what one costs is each vendor's own, and in its own figures. */
function sumOverTexts({ system, messages, prefill, tools }: RequestTexts, tokensOf: (text: string) => number): number {
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? (message.toolCalls ?? []) : []))
  const machine = [...calls, ...(tools?.definitions ?? [])].map((part) => JSON.stringify(part))
  const texts = [system, ...messages.map(({ text }) => text), prefill, ...machine].filter((text) => text !== '')
  return texts.reduce((sum, text) => sum + tokensOf(text) + TOKENS_PER_MESSAGE, 0)
}
