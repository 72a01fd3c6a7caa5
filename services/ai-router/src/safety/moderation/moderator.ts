import type { ModerationScores } from './categories.ts'

/** A classifier that has to be asked over the network. */
export interface RemoteModerator {
  /** Of several texts the strongest scores. Throws when there is no answer within its time, or none that can be read. */
  classify(text: string | readonly string[], signal: AbortSignal): Promise<ModerationScores>
}
