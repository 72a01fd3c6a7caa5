import { createHmac } from 'node:crypto'
import type { Verdict } from '../policies/verdict.ts'

/** A text that was flagged or blocked, without the text. */
export interface Incident {
  userId: string
  callId: string
  /** '' for a call that belongs to no turn. */
  turnId: string
  plan: string
  verdict: Verdict
  textHash: string
}

/** Tells whether two texts were the same, to whoever has the key, and nothing else. */
export const hashOfText = (key: string, text: string): string => createHmac('sha256', key).update(text).digest('hex')
