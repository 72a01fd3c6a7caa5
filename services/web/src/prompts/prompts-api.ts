import type { promptsApi } from '@parley/contracts/public'
import { http } from '../api/client.ts'

export type Prompt = promptsApi.Prompt

interface PromptVersion {
  version: number
  name: string
  text: string
  createdAt: string
}

interface Page<T> {
  items: T[]
  nextCursor: string | null
}

export interface PromptTexts {
  name: string
  text: string
  /** Only an admin shares. */
  shared?: boolean
}

export const promptKeys = {
  all: ['prompts'] as const,
  list: (q: string) => ['prompts', 'list', q] as const,
  versions: (id: string) => ['prompts', 'versions', id] as const,
}

const promptOf = ({ prompt }: { prompt: Prompt }) => prompt

export const listPrompts = (query: { q?: string; cursor: string | null; limit: number }, signal?: AbortSignal) =>
  http.request<Page<Prompt>>('GET', '/prompts', { query, signal })

export const createPrompt = async (body: PromptTexts, idempotencyKey: string) =>
  promptOf(await http.request('POST', '/prompts', { body, idempotencyKey }))

export const updatePrompt = async (id: string, body: PromptTexts) => promptOf(await http.request('PATCH', `/prompts/${id}`, { body }))

export const deletePrompt = (id: string) => http.request<void>('DELETE', `/prompts/${id}`)

export const listVersions = (id: string, cursor: string | null, signal?: AbortSignal) =>
  http.request<Page<PromptVersion>>('GET', `/prompts/${id}/versions`, { query: { cursor, limit: 50 }, signal })

export const restoreVersion = async (id: string, version: number) =>
  promptOf(await http.request('POST', `/prompts/${id}/versions/${version}/restore`))
