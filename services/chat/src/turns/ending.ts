import type { CompletionUsageJson } from '@parley/contracts'
import type { TurnError } from './turn.ts'

/** What a model call used, as metering books it. */
export interface CallFigures {
  id: string
  inputTokens: number
  outputTokens: number
  costMicroUsd: bigint
}

interface EndingFacts {
  model: string | null
  provider: string | null
  /** The last call, when the ai-router told what it used; otherwise its event will. */
  call: CallFigures | null
}

/** How an answer ended. */
export type Ending =
  | ({ status: 'completed' } & EndingFacts)
  | ({ status: 'stopped' } & EndingFacts)
  | ({ status: 'failed'; error: TurnError } & EndingFacts)

/** int64 fields are strings in protobuf's JSON, and zero is left out. */
export function figuresOf(callId: string, usage: CompletionUsageJson): CallFigures {
  return {
    id: callId,
    inputTokens: Number(usage.inputTokens ?? 0),
    outputTokens: Number(usage.outputTokens ?? 0),
    costMicroUsd: BigInt(usage.costMicroUsd ?? 0),
  }
}

const CHARACTERS_PER_TOKEN = 4

/** For the question whether anything was produced, where no figure is known: 0 only for no text at all. */
export const roughTokens = (text: string): number => Math.ceil(text.length / CHARACTERS_PER_TOKEN)
