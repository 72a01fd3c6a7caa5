import type { ProviderRequest, VendorUsage } from '../providers/provider.ts'
import type { TokenUsage } from './cost.ts'
import { countTokens, createTokenCounter } from './count-tokens.ts'

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
}

/** What chat formats add to each message; OpenAI documents 3 and a role of 1. */
const TOKENS_PER_MESSAGE = 4

export function createUsageMeter(request: ProviderRequest): UsageMeter {
  const output = createTokenCounter()
  let hasText = false
  let vendor: VendorUsage = {}
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
      const inputTokens = givenInput ?? countInput(request)
      return {
        inputTokens,
        cachedInputTokens: Math.min(vendor.cachedInputTokens ?? 0, inputTokens),
        outputTokens: givenOutput ?? output.total(),
        isEstimated: givenInput === undefined || givenOutput === undefined,
      }
    },
  }
}

function countInput({ system, messages, prefill }: ProviderRequest): number {
  const texts = [system, ...messages.map(({ text }) => text), prefill].filter((text) => text !== '')
  return texts.reduce((sum, text) => sum + countTokens(text) + TOKENS_PER_MESSAGE, 0)
}
