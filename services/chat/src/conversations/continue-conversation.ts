import type { Logger } from '@parley/telemetry'
import { v7 as newId } from 'uuid'
import { type SummariseDependencies, summariseAll } from '../context/summarise.ts'
import { commonErrors, errors } from '../errors.ts'
import type { ConversationRow } from './conversation.ts'
import type { ConversationStore } from './conversations.store.ts'
import { continuedTitle } from './title.ts'

export interface ContinueConversationDependencies extends SummariseDependencies {
  conversations: ConversationStore
  logger: Logger
}

/** People wait for it, and the gateway no longer than 15 s. */
const SUMMARY_TIMEOUT_MS = 12_000
const RETRY_AFTER_S = 10

/**
 * A new conversation that goes on from the branch which is shown of another one: a summary of it opens its context. When
 * no model makes one in time nothing is created, and the parts that were made are not asked for again.
 */
export async function continueConversation(
  deps: ContinueConversationDependencies,
  { userId, id }: { userId: string; id: string },
  signal: AbortSignal,
): Promise<ConversationRow> {
  const { conversations, logger } = deps
  const from = await conversations.find(userId, id)
  if (!from) throw errors.conversation_not_found()
  const { headMessageId, title, model, instructions } = from
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(SUMMARY_TIMEOUT_MS)])
  const branch = headMessageId === null ? null : { conversationId: id, userId, messageId: headMessageId }
  const openingSummary =
    branch &&
    (await summariseAll(deps, branch, deadline).catch((error: unknown) => {
      logger.warn({ err: error, conversationId: id }, 'a conversation could not be summarised to be continued')
      throw commonErrors.service_busy({ internal: 'no summary', cause: error, retryAfterS: RETRY_AFTER_S })
    }))
  return conversations.create({
    ...{ id: newId(), userId, model, instructions, openingSummary, continuedFrom: id },
    ...{ title: continuedTitle(title), titleBy: title === null ? null : 'user' },
  })
}
