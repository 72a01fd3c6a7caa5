import type { Principal } from '@parley/principal'
import { errors } from '../errors.ts'
import type { MessageStore } from '../messages/messages.store.ts'
import { branchOff } from './branch-off.ts'
import type { StartTurnDependencies } from './start-turn.ts'
import { checkMessage, type TurnRow } from './turn.ts'

export interface EditCommand {
  principal: Principal
  /** A question of the user. */
  messageId: string
  text: string
  model?: string
}

/** Asks a question again with another text: a branch beside it, with an answer of its own. What was there stays. */
export async function editQuestion(
  deps: StartTurnDependencies & { messages: MessageStore },
  { principal, messageId, text, model }: EditCommand,
  signal?: AbortSignal,
): Promise<TurnRow> {
  checkMessage(text)
  const question = await deps.messages.findQuestion(principal.userId, messageId)
  if (!question || question.id !== messageId) throw errors.message_not_found({ internal: 'no question of this user' })
  return branchOff(deps, principal, question, { text, model }, signal)
}
