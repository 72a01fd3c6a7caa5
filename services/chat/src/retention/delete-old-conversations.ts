import { setTimeout as delay } from 'node:timers/promises'
import { metrics } from '../metrics.ts'
import type { OldConversationStore, OldConversations } from './old-conversations.store.ts'
import type { RoundStore } from './rounds.store.ts'

export interface RetentionPace {
  /** Users looked up at a time. */
  users: number
  /** Most conversations and most messages of one transaction. */
  conversations: number
  messages: number
  /** Between two transactions. */
  pauseMs: number
}

/** A transaction that takes longer than this is followed by one of half as many messages. */
const SLOW_MS = 200
const FEWEST_MESSAGES = 50

export const defaultPace: RetentionPace = { users: 100, conversations: 200, messages: 500, pauseMs: 50 }

export interface DeletionDependencies {
  rounds: RoundStore
  oldConversations: OldConversationStore
  /** Told after every transaction that deleted something. */
  onProgress: (soFar: OldConversations) => void
  pace?: RetentionPace
}

export interface DeletionOrder {
  owner: string
  /** A person asked for it: no matter when it was last done. */
  isOrdered: boolean
  signal: AbortSignal
}

export type DeletionRound = OldConversations & { isComplete: boolean }

/**
 * Deletes the old conversations of all users who chose so, in short transactions with pauses. Every one of them leaves
 * a whole: a conversation is its owner's with everything in it, or nobody's, and the next round deletes what this one
 * could not. Null when it is not the time, or another process is at it.
 */
export async function deleteOldConversations(
  { rounds, oldConversations, onProgress, pace = defaultPace }: DeletionDependencies,
  { owner, isOrdered, signal }: DeletionOrder,
): Promise<DeletionRound | null> {
  if (!(await rounds.claim(owner, { isOrdered }))) return null
  const deleted: OldConversations = { users: 0, conversations: 0, messages: 0 }
  const users = new Set<string>()
  let messagesAtOnce = pace.messages

  /** Before every transaction: false when the round must end here. */
  const mayGoOn = async () => {
    await delay(pace.pauseMs, undefined, { signal }).catch(() => {})
    return !signal.aborted && (await rounds.keep(owner))
  }

  async function clear(): Promise<void> {
    while (await mayGoOn()) {
      const startedAtMs = performance.now()
      const cleared = await oldConversations.clear({ conversations: pace.conversations, messages: messagesAtOnce })
      if (!cleared) return
      const tookMs = performance.now() - startedAtMs
      messagesAtOnce = tookMs > SLOW_MS ? Math.max(FEWEST_MESSAGES, messagesAtOnce >> 1) : Math.min(pace.messages, messagesAtOnce * 2)
      deleted.conversations += cleared.conversations
      deleted.messages += cleared.messages
      metrics.retentionBatchSeconds.observe(tookMs / 1000)
      metrics.retentionDeleted.inc({ what: 'conversations' }, cleared.conversations)
      metrics.retentionDeleted.inc({ what: 'messages' }, cleared.messages)
      onProgress(deleted)
    }
  }

  async function deleteAll(): Promise<boolean> {
    // What an interrupted round has left.
    await clear()
    let after: string | null = null
    while (await mayGoOn()) {
      const batch = await oldConversations.nextUsers({ after, limit: pace.users })
      const last = batch.at(-1)
      if (last === undefined) return true
      after = last
      while (await mayGoOn()) {
        const owners = await oldConversations.discard(batch, pace.conversations)
        for (const userId of owners) users.add(userId)
        deleted.users = users.size
        await clear()
        if (owners.length < pace.conversations) break
      }
    }
    return false
  }

  let isComplete = false
  try {
    isComplete = await deleteAll()
  } finally {
    // Where this fails too, the lease ends by itself.
    await rounds.end(owner, { isComplete }).catch(() => {})
  }
  return { ...deleted, isComplete }
}
