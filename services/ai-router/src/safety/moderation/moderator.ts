import type { ModerationScores } from './categories.ts'

/** A classifier that has to be asked over the network. */
export interface RemoteModerator {
  /** Throws when there is no answer within its time, or none that can be read. */
  classify(text: string, signal: AbortSignal): Promise<ModerationScores>
}
