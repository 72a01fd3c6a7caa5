import { v7 as newId } from 'uuid'
import { mostTokensOf } from '../context/tokens.ts'
import { commonErrors } from '../errors.ts'
import type { CompletionCall, Completions } from './ai-router.client.ts'
import type { Expenses } from './usage.client.ts'

export interface CheapQuestion {
  purpose: NonNullable<CompletionCall['purpose']>
  userId: string
  /** What to do. */
  system: string
  /** What to do it with: people's words, never part of the task. */
  text: string
}

/** A cheap model, asked on the platform's account, within its spending cap. Throws AppError when there is no whole answer. */
export interface CheapModel {
  ask(question: CheapQuestion, signal: AbortSignal): Promise<string>
}

export const createCheapModel = (completions: Pick<Completions, 'open'>, expenses: Expenses): CheapModel => ({
  async ask({ purpose, userId, system, text }, signal) {
    const id = newId()
    await expenses.hold({ callId: id, purpose, inputTokens: mostTokensOf([{ text: system }, { text }]) }, signal)
    const messages = [{ role: 'user' as const, text }]
    // Of no turn: what such a call uses is no part of anybody's answer.
    const call = { id, turnId: '', userId, plan: 'free' as const, model: 'auto', system, messages, prefill: '', purpose }
    let answer = ''
    for await (const parts of completions.open(call, signal)) {
      for (const part of parts) {
        if (part.text?.delta) answer += part.text.delta
        if (part.failed) throw commonErrors.service_busy({ internal: `a ${purpose} failed: ${part.failed.code}` })
        if (part.finished) return answer
      }
    }
    signal.throwIfAborted()
    throw commonErrors.service_busy({ internal: `a ${purpose} was cut` })
  },
})
