import type { chatApi, modelsApi, searchApi, usageApi } from '@parley/contracts/public'
import { isApiError } from '../api/api-error.ts'
import { http } from '../api/client.ts'

export type Conversation = chatApi.Conversation
export type ChatMessage = chatApi.ChatMessage
export type PathMessage = chatApi.PathMessage
export type Turn = chatApi.Turn
export type Model = modelsApi.Model
export type SearchHit = searchApi.SearchHit
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

export type ConversationChanges = Partial<Pick<Conversation, 'title' | 'pinned' | 'archived' | 'model' | 'instructions'>> & {
  headMessageId?: string
}

export const listConversations = (query: ConversationQuery, signal?: AbortSignal) =>
  http.request<Page<Conversation>>('GET', '/conversations', { query: { ...query }, signal })

export const getConversation = async (id: string, signal?: AbortSignal) =>
  (await http.request<{ conversation: Conversation }>('GET', `/conversations/${id}`, { signal })).conversation

export const updateConversation = async (id: string, body: ConversationChanges) =>
  (await http.request<{ conversation: Conversation }>('PATCH', `/conversations/${id}`, { body })).conversation

export const deleteConversation = (id: string) => http.request<void>('DELETE', `/conversations/${id}`)

export interface PathPage extends Page<PathMessage> {
  newerCursor: string | null
}

interface PathQuery {
  /** The branch through this message; null for the one that is shown. */
  through: string | null
  limit: number
  cursor?: string | null
  after?: string | null
  around?: string
}

/** One branch, oldest first: its end, what stands before the cursor or comes after it, or what surrounds a message. */
export const listPath = (conversationId: string, query: PathQuery, signal?: AbortSignal) =>
  http.request<PathPage>('GET', `/conversations/${conversationId}/path`, { query: { ...query }, signal })

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

/** The question again with another text, as a branch beside it. */
export const editQuestion = async (messageId: string, body: { text: string; model: string | undefined }, idempotencyKey: string) =>
  (await http.request<{ turn: Turn }>('POST', `/messages/${messageId}/edit`, { body, idempotencyKey })).turn

export const listModels = async (signal?: AbortSignal) => (await http.request<{ items: Model[] }>('GET', '/models', { signal })).items

export const getLimits = (signal?: AbortSignal) => http.request<Limits>('GET', '/usage/limits', { signal })

export type Feedback = NonNullable<ChatMessage['feedback']>

/** What the reader thinks of an answer; null takes it back. */
export const rateMessage = (messageId: string, feedback: Feedback | null) =>
  feedback
    ? http.request<void>('POST', `/messages/${messageId}/feedback`, { body: feedback })
    : http.request<void>('DELETE', `/messages/${messageId}/feedback`)

/** A new conversation that carries a summary of this one. */
export const continueConversation = async (id: string, idempotencyKey: string) =>
  (await http.request<{ conversation: Conversation }>('POST', `/conversations/${id}/continue`, { idempotencyKey })).conversation

export type ExportFormat = 'md' | 'json'

export const exportConversation = (id: string, format: ExportFormat) =>
  http.requestFile(`/conversations/${id}/export`, { query: { format } })

/** Messages that hold these words, newest first. */
export const searchMessages = (query: { q: string; limit: number; cursor: string | null }, signal?: AbortSignal) =>
  http.request<Page<SearchHit>>('GET', '/search', { query, signal })
