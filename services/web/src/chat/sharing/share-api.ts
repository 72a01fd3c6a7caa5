import type { sharingApi } from '@parley/contracts/public'
import { isApiError } from '../../api/api-error.ts'
import { http } from '../../api/client.ts'

export type Share = sharingApi.Share

const path = (conversationId: string) => `/conversations/${conversationId}/share`

/** Null while it is not shared. */
export async function findShare(conversationId: string, signal: AbortSignal): Promise<Share | null> {
  try {
    return await http.request<Share>('GET', path(conversationId), { signal })
  } catch (error) {
    if (isApiError(error, 'share_not_found')) return null
    throw error
  }
}

/** Shares what is shown now. The address stays, where there is one. */
export const saveShare = (conversationId: string) => http.request<Share>('POST', path(conversationId))

export const revokeShare = (conversationId: string) => http.request<void>('DELETE', path(conversationId))
