import type { Principal } from '@parley/principal'
import { errors } from '../errors.ts'
import type { MessageStore } from '../messages/messages.store.ts'
import { branchOff } from './branch-off.ts'
import type { StartTurnDependencies } from './start-turn.ts'
import type { TurnRow } from './turn.ts'

export interface RegenerateCommand {
  principal: Principal
  /** A question, or the answer to give another one beside. */
  messageId: string
  model?: string
}

/** Has the same question answered again: a new answer beside the others, and a turn of its own. */
export async function regenerateAnswer(
  deps: StartTurnDependencies & { messages: MessageStore },
  { principal, messageId, model }: RegenerateCommand,
  signal?: AbortSignal,
): Promise<TurnRow> {
  const question = await deps.messages.findQuestion(principal.userId, messageId)
  if (!question) throw errors.message_not_found()
  return branchOff(deps, principal, question, { text: null, model }, signal)
}
