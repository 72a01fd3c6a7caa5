import type { UsageFigures } from '../completions/part-writer.ts'

/** Tokens as OpenAI writes them. */
export interface OpenAiUsage {
  prompt_tokens: number
  completion_tokens: number
  total_tokens: number
  prompt_tokens_details: { cached_tokens: number; audio_tokens: 0 }
}

/** Null while the figures are not known for good: they follow in the usage report. */
export function openAiUsage(usage: UsageFigures | undefined): OpenAiUsage | null {
  if (!usage) return null
  const [input, output] = [Number(usage.inputTokens), Number(usage.outputTokens)]
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: Number(usage.cachedInputTokens), audio_tokens: 0 },
  }
}
