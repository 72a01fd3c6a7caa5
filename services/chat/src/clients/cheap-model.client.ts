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

export const createCheapModel = (completions: Pick<Completions, 'ask'>, expenses: Expenses): CheapModel => ({
  async ask({ purpose, userId, system, text }, signal) {
    const id = newId()
    await expenses.hold({ callId: id, purpose, inputTokens: mostTokensOf([{ text: system }, { text }]) }, signal)
    const messages = [{ role: 'user' as const, text }]
    // Of no turn: what such a call uses is no part of anybody's answer.
    const call = { id, turnId: '', userId, plan: 'free' as const, model: 'auto', system, messages, prefill: '', purpose }
    let answer = ''
    let failure: string | undefined
    await completions.ask(call, signal, (parts) => {
      for (const { text, failed } of parts) {
        if (text?.delta) answer += text.delta
        if (failed) failure = failed.code ?? ''
      }
    })
    if (failure !== undefined) throw commonErrors.service_busy({ internal: `a ${purpose} failed: ${failure}` })
    return answer
  },
})
