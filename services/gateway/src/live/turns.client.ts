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
/** A start carries the client's own id, so repeating it is harmless: a chat replica that just went away is not the user's problem. */
const START_RETRY_DELAYS_MS = [150, 600]

/** What the gateway asks the chat service about turns, always on behalf of a user. */
export function createTurnsClient(chat: HttpClient) {
  return {
    async start(command: StartTurnCommand, principal: Principal): Promise<AcceptedTurn> {
      for (const delayMs of START_RETRY_DELAYS_MS) {
        try {
          return await chat.json<AcceptedTurn>('POST', '/internal/turns', { body: command, principal, timeoutMs: START_TIMEOUT_MS })
        } catch (error) {
          if (!isAppError(error) || error.kind !== 'unavailable' || (error.retryAfterS ?? 0) > 1) throw error
          await delay(delayMs)
        }
      }
      return chat.json<AcceptedTurn>('POST', '/internal/turns', { body: command, principal, timeoutMs: START_TIMEOUT_MS })
    },
    async stop(turnId: string, principal: Principal): Promise<void> {
      await chat.json('POST', `/api/v1/turns/${turnId}/stop`, { principal })
    },
    /** What is stored, and what of it is missing after `afterSeq`. Throws chat's `turn_not_found` for a turn of somebody else. */
    async find(turnId: string, afterSeq: number, principal: Principal): Promise<chatApi.Turn> {
      const { turn } = await chat.json<{ turn: chatApi.Turn }>('GET', `/api/v1/turns/${turnId}?afterSeq=${afterSeq}`, { principal })
      return turn
    },
  }
}
