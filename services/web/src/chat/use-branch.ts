import { useCallback } from 'react'
import { useLocation, useSearchParams } from 'react-router'
import { isApiError } from '../api/api-error.ts'
import { showError } from '../design/toast.tsx'
import { readEnd, settleOn, showBranch } from './stored-path.ts'

/** Names the message in the address: `/c/<conversation>?m=<message>`. */
const TARGET = 'm'

export const messageAddress = (conversationId: string, messageId: string) => `/c/${conversationId}?${TARGET}=${messageId}`

/** Which branch of a conversation is read: the one that is shown everywhere, or the one through a message in the address. */
export function useBranch(conversationId: string | null) {
  const [search, setSearch] = useSearchParams()
  const target = search.get(TARGET)

  /** Something is asked on the branch that is read: from now on it is the one that is shown. */
  const settle = useCallback(() => {
    if (!conversationId || !target) return
    settleOn(conversationId, target)
    setSearch({}, { replace: true })
  }, [conversationId, target, setSearch])

  const choose = useCallback(
    async (messageId: string) => {
      if (!conversationId) return
      try {
        await showBranch(conversationId, messageId, () => target && setSearch({}, { replace: true }))
      } catch (error) {
        showError(isApiError(error) ? error.message : 'This version could not be shown.')
      }
    },
    [conversationId, target, setSearch],
  )
  /** Reads the end of the branch, where only a part further back was read. Returns its last message; throws an ApiError. */
  const toEnd = useCallback(async () => (conversationId ? readEnd(conversationId, target) : null), [conversationId, target])
  /** Changes with each visit, so that whoever comes for the same message again is led to it again. */
  const visit = useLocation().key
  return { target, visit, settle, choose, toEnd }
}
