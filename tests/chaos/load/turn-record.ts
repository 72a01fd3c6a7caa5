import type { chatApi } from '@parley/contracts/public'
import type { Script } from './script.ts'

export type TurnEnd = 'completed' | 'stopped' | 'failed'

/** What one turn looked like to the person who asked. Times are of `performance.now()`. */
export interface TurnRecord {
  id: string
  userId: string
  conversationId: string | null
  script: Script
  /** How it is meant to end. */
  expectedEnd: TurnEnd
  /** When the question was sent for the first time, and for the last time after refusals. */
  askedAtMs: number
  sentAtMs: number
  acceptedAtMs: number | null
  /** When new text was shown. */
  textAtMs: number[]
  endAtMs: number | null
  /** The text put together from the frames. */
  text: string
  /** Number of the last frame taken. */
  seq: number
  end: TurnEnd | null
  /** The stored answer as the last frame told it. */
  message: chatApi.ChatMessage | null
  error: { code: string; message: string } | null
  /** Times the question was refused with `service_busy` and the like, and asked again. */
  refusals: { code: string; atMs: number }[]
  /** Frames that came twice, too early or too late. */
  orderFaults: string[]
  /** `turn.restarted`: the text so far was void. */
  restarts: number
  /** From the loss of the line to the next frame of the turn, each time. */
  resumesMs: number[]
}

export function newRecord(turn: Pick<TurnRecord, 'id' | 'userId' | 'conversationId' | 'script' | 'expectedEnd'>): TurnRecord {
  const nowMs = performance.now()
  return {
    ...turn,
    askedAtMs: nowMs,
    sentAtMs: nowMs,
    acceptedAtMs: null,
    textAtMs: [],
    endAtMs: null,
    text: '',
    seq: 0,
    end: null,
    message: null,
    error: null,
    refusals: [],
    orderFaults: [],
    restarts: 0,
    resumesMs: [],
  }
}

/** Is its text being shown, and not all of it yet? */
export const isMidStream = ({ textAtMs, endAtMs }: TurnRecord): boolean => textAtMs.length > 0 && endAtMs === null
