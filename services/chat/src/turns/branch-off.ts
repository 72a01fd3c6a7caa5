import type { Principal } from '@parley/principal'
import { v7 as newId } from 'uuid'
import type { Question } from '../messages/messages.store.ts'
import { beginTurn, type StartTurnDependencies } from './start-turn.ts'
import { hashOf, type TurnRow } from './turn.ts'

export interface Branch {
  /** What is asked in the question's place; null has the question itself answered again. */
  text: string | null
  model?: string
}

/** Begins a turn beside one that is there. Its id is ours: asked twice, it is two turns. */
export function branchOff(
  deps: StartTurnDependencies,
  principal: Principal,
  question: Question,
  { text, model }: Branch,
  signal?: AbortSignal,
): Promise<TurnRow> {
  const id = newId()
  return beginTurn(
    deps,
    principal,
    {
      id,
      userId: principal.userId,
      conversationId: question.conversationId,
      isNewConversation: false,
      question: text === null ? null : { text, parent: { id: question.parentId } },
      userMessageId: text === null ? question.id : newId(),
      assistantMessageId: newId(),
      title: null,
      model: model ?? null,
      requestHash: hashOf('branch', id),
    },
    signal,
  )
}
