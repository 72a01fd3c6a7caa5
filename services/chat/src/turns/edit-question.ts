import type { Principal } from '@parley/principal'
import { v7 as newId } from 'uuid'
import { errors } from '../errors.ts'
import type { MessageStore } from '../messages/messages.store.ts'
import { beginTurn, type StartTurnDependencies } from './start-turn.ts'
import { checkMessage, hashOf, type TurnRow } from './turn.ts'

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
  const { userId } = principal
  const question = await deps.messages.findQuestion(userId, messageId)
  if (!question || question.id !== messageId) throw errors.message_not_found({ internal: 'no question of this user' })
  const id = newId()
  return beginTurn(
    deps,
    principal,
    {
      id,
      userId,
      conversationId: question.conversationId,
      isNewConversation: false,
      question: { text, parent: { id: question.parentId } },
      userMessageId: newId(),
      assistantMessageId: newId(),
      title: null,
      model: model ?? null,
      requestHash: hashOf('edit', id),
    },
    signal,
  )
}
