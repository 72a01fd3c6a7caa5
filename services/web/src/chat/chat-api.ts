import type { chatApi, modelsApi, usageApi } from '@parley/contracts/public'
import { isApiError } from '../api/api-error.ts'
import { http } from '../api/client.ts'

export type Conversation = chatApi.Conversation
export type ChatMessage = chatApi.ChatMessage
export type Turn = chatApi.Turn
export type Model = modelsApi.Model
export type Limits = usageApi.UsageLimits

export interface Page<T> {
  items: T[]
  nextCursor: string | null
}

export interface ConversationQuery {
  q?: string
  archived?: boolean
  pinned?: boolean
  cursor?: string
  limit?: number
}

export type ConversationChanges = Partial<Pick<Conversation, 'title' | 'pinned' | 'archived' | 'model'>>

export const listConversations = (query: ConversationQuery, signal?: AbortSignal) =>
  http.request<Page<Conversation>>('GET', '/conversations', { query: { ...query }, signal })

export const getConversation = async (id: string, signal?: AbortSignal) =>
  (await http.request<{ conversation: Conversation }>('GET', `/conversations/${id}`, { signal })).conversation

export const updateConversation = async (id: string, body: ConversationChanges) =>
  (await http.request<{ conversation: Conversation }>('PATCH', `/conversations/${id}`, { body })).conversation

export const deleteConversation = (id: string) => http.request<void>('DELETE', `/conversations/${id}`)

const PAGE_SIZE = 100

/** All messages of a conversation, oldest first. */
export async function listMessages(conversationId: string, signal?: AbortSignal): Promise<ChatMessage[]> {
  const messages: ChatMessage[] = []
  let cursor: string | null = null
  do {
    const page: Page<ChatMessage> = await http.request('GET', `/conversations/${conversationId}/messages`, {
      query: { limit: PAGE_SIZE, cursor },
      signal,
    })
    messages.push(...page.items)
    cursor = page.nextCursor
  } while (cursor)
  return messages
}

/** Null when the server does not know the turn. */
export async function getTurn(id: string): Promise<Turn | null> {
  try {
    return (await http.request<{ turn: Turn }>('GET', `/turns/${id}`)).turn
  } catch (error) {
    if (isApiError(error) && error.status === 404) return null
    throw error
  }
}

export const regenerate = async (messageId: string, model: string | undefined, idempotencyKey: string) =>
  (await http.request<{ turn: Turn }>('POST', `/messages/${messageId}/regenerate`, { body: { model }, idempotencyKey })).turn

export const listModels = async (signal?: AbortSignal) => (await http.request<{ items: Model[] }>('GET', '/models', { signal })).items

export const getLimits = (signal?: AbortSignal) => http.request<Limits>('GET', '/usage/limits', { signal })
