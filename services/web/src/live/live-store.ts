import { create } from 'zustand'
import type { ConnectionState } from './connection.ts'
import type { LiveTurn } from './turn.ts'

/** What was asked, as it was asked: to show it before the server has it, and to ask it again. */
export interface Question {
  text: string
  model: string | undefined
  /** The message it hangs on; null for the first of a conversation. */
  parentId: string | null
  createdAt: string
}

interface LiveStore {
  connection: ConnectionState
  /** When the next attempt to connect is made, where one is planned. */
  retryAtMs: number | null
  /** In the order in which this page met them. */
  turns: Readonly<Record<string, LiveTurn>>
  /** Only of turns that were asked on this page. */
  questions: Readonly<Record<string, Question>>
}

const empty: LiveStore = { connection: 'stopped', retryAtMs: null, turns: {}, questions: {} }

export const useLive = create<LiveStore>(() => empty)

export const resetLive = () => useLive.setState(empty, true)
