import { type chatApi, microUsdToDecimal } from '@parley/contracts'

export type MessageStatus = chatApi.ChatMessage['status']

export interface MessageRow {
  id: string
  conversationId: string
  parentId: string | null
  role: 'user' | 'assistant'
  text: string
  status: MessageStatus
  model: string | null
  provider: string | null
  inputTokens: number | null
  outputTokens: number | null
  costMicroUsd: bigint | null
  latencyMs: number | null
  createdAt: Date
  /** The turn whose answer this is; null for questions. */
  turnId: string | null
  /** What its reader thinks of this answer. */
  feedback: chatApi.Feedback | null
}

/** What is not known is left out, never shown as zero. */
export function toMessage(row: MessageRow): chatApi.ChatMessage {
  return {
    id: row.id,
    conversationId: row.conversationId,
    parentId: row.parentId,
    role: row.role,
    text: row.text,
    status: row.status,
    ...(row.model !== null && { model: row.model }),
    ...(row.provider !== null && { provider: row.provider }),
    ...(row.inputTokens !== null && { inputTokens: row.inputTokens }),
    ...(row.outputTokens !== null && { outputTokens: row.outputTokens }),
    ...(row.costMicroUsd !== null && { costUsd: microUsdToDecimal(row.costMicroUsd) }),
    ...(row.latencyMs !== null && { latencyMs: row.latencyMs }),
    // A model that is asked has read the question at least.
    ...(row.inputTokens === 0 && row.text !== '' && { cached: true }),
    ...(row.turnId !== null && { turnId: row.turnId }),
    ...(row.feedback !== null && { feedback: row.feedback }),
    createdAt: row.createdAt.toISOString(),
  }
}
