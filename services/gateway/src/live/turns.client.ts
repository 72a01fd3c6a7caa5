import { setTimeout as delay } from 'node:timers/promises'
import type { chatApi } from '@parley/contracts'
import { isAppError } from '@parley/errors'
import type { Principal } from '@parley/principal'
import type { HttpClient } from '@parley/service-kit'

export interface StartTurnCommand {
  id: string
  conversationId: string | null
  text: string
  model?: string
  parentId?: string
}

export interface AcceptedTurn {
  turnId: string
  conversationId: string
  userMessageId: string
  assistantMessageId: string
}

export type TurnsClient = ReturnType<typeof createTurnsClient>

const START_TIMEOUT_MS = 10_000
/** A chat replica that just went away, or has no room, is not the user's problem while there are others. */
const RETRY_DELAYS_MS = [150, 600]

/** What the gateway asks the chat service about turns, always on behalf of a user. */
export function createTurnsClient(chat: HttpClient) {
  return {
    /** A start carries the client's own id, so repeating it is harmless. */
    start(command: StartTurnCommand, principal: Principal): Promise<AcceptedTurn> {
      return askAgain(() => chat.json<AcceptedTurn>('POST', '/internal/turns', { body: command, principal, timeoutMs: START_TIMEOUT_MS }))
    },
    async stop(turnId: string, principal: Principal): Promise<void> {
      await askAgain(() => chat.json('POST', `/api/v1/turns/${turnId}/stop`, { principal }))
    },
    /** What is stored, and what of it is missing after `afterSeq`. Throws chat's `turn_not_found` for a turn of somebody else. */
    async find(turnId: string, afterSeq: number, principal: Principal): Promise<chatApi.Turn> {
      const { turn } = await chat.json<{ turn: chatApi.Turn }>('GET', `/api/v1/turns/${turnId}?afterSeq=${afterSeq}`, { principal })
      return turn
    },
  }
}

async function askAgain<T>(ask: () => Promise<T>): Promise<T> {
  for (const delayMs of RETRY_DELAYS_MS) {
    try {
      return await ask()
    } catch (error) {
      if (!isAppError(error) || error.kind !== 'unavailable' || (error.retryAfterS ?? 0) > 1) throw error
      await delay(delayMs)
    }
  }
  return ask()
}
