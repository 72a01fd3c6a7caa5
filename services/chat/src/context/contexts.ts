import type { ModelWindows } from '../clients/model-windows.client.ts'
import type { ContextStore } from './context.store.ts'
import { type Branch, type ContextLimits, type ContextMessage, chooseContext, messageLimits } from './context-window.ts'
import { budgetOf } from './tokens.ts'

export interface ContextsDependencies {
  store: ContextStore
  windows: Pick<ModelWindows, 'windowOf'>
  systemPrompt: string
  /** Most tokens of a conversation that are shown, however large the model's window is: every one is paid for. */
  maxTokens: number
}

/** What models are shown of conversations. */
export type Contexts = ReturnType<typeof createContexts>

export function createContexts({ store, windows, systemPrompt, maxTokens }: ContextsDependencies) {
  const limitsOf = (model: string): ContextLimits => ({
    ...messageLimits,
    maxTokens: budgetOf({ windowTokens: windows.windowOf(model), systemPrompt, maxTokens }),
  })
  const choose = (branch: Branch, model: string): ContextMessage[] => chooseContext(branch, limitsOf(model))
  return {
    limitsOf,
    /** What `model` is shown of a branch so that it answers the question at its end. */
    choose,
    /** The same for a question whose branch is not known. Asks nobody but the database. */
    read: async (questionId: string, model: string): Promise<ContextMessage[]> => choose(await store.read(questionId), model),
  }
}
