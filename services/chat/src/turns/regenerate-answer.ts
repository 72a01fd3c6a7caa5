import type { Principal } from '@parley/principal'
import { v7 as newId } from 'uuid'
import { errors } from '../errors.ts'
import type { MessageStore } from '../messages/messages.store.ts'
import { beginTurn, type StartTurnDependencies } from './start-turn.ts'
import { hashOf, type TurnRow } from './turn.ts'

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
  const { userId } = principal
  const question = await deps.messages.findQuestion(userId, messageId)
  if (!question) throw errors.message_not_found()
  const id = newId()
  return beginTurn(
    deps,
    principal,
    {
      id,
      userId,
      conversationId: question.conversationId,
      isNewConversation: false,
      question: null,
      userMessageId: question.id,
      assistantMessageId: newId(),
      title: null,
      model: model ?? null,
      requestHash: hashOf('regenerate', id),
    },
    signal,
  )
}
