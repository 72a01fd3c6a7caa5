import type { CompletionUsageJson } from '@parley/contracts'
import type { ModelIdentity } from './model-call.ts'
import type { TurnError } from './turn.ts'

/** What a model call used, as metering books it. */
export interface CallFigures {
  inputTokens: number
  outputTokens: number
  costMicroUsd: bigint
}

/**
 * How an answer ended, and which of its model calls the user pays for: the one that finished it, or the last one that
 * wrote text of it when it was stopped. Its input contains the text that was there before it, and its output the rest: no
 * more than the answer would have cost without an interruption. All others, and all of a failed turn, are the platform's.
 */
export type Ending =
  /** `figures` is null when the ai-router could not tell them yet: its event will. */
  | ({ status: 'completed'; chargedCallId: string; figures: CallFigures | null } & ModelIdentity)
  /** Null when nothing was written, or when it is not known by which call. */
  | ({ status: 'stopped'; chargedCallId: string | null } & ModelIdentity)
  | ({ status: 'failed'; error: TurnError } & ModelIdentity)

/** int64 fields are strings in protobuf's JSON, and zero is left out. */
export function figuresOf(usage: CompletionUsageJson): CallFigures {
  return {
    inputTokens: Number(usage.inputTokens ?? 0),
    outputTokens: Number(usage.outputTokens ?? 0),
    costMicroUsd: BigInt(usage.costMicroUsd ?? 0),
  }
}

const CHARACTERS_PER_TOKEN = 4

/** For the question whether anything was produced, where no figure is known: 0 only for no text at all. */
export const roughTokens = (text: string): number => Math.ceil(text.length / CHARACTERS_PER_TOKEN)
