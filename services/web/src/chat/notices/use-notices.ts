import { useMutation, useQuery } from '@tanstack/react-query'
import { http, queryClient } from '../../api/client.ts'
import { showError } from '../../design/toast.tsx'
import type { Page } from '../chat-api.ts'
import { keys } from '../query-keys.ts'
import { markedRead, type Notice, withNotice } from './notices.ts'

/** Older ones are of no interest any more. */
const SHOWN = 20

export const useNotices = () =>
  useQuery({
    queryKey: keys.notices,
    queryFn: async ({ signal }) => (await http.request<Page<Notice>>('GET', '/notifications', { query: { limit: SHOWN }, signal })).items,
    staleTime: 5 * 60_000,
  })

/** Read at once on the screen, and unread again when the server could not be told. */
export const useMarkRead = () =>
  useMutation({
    mutationFn: (ids: string[]) => Promise.all(ids.map((id) => http.request('PATCH', `/notifications/${id}`, { body: { read: true } }))),
    onMutate: async (ids) => {
      await queryClient.cancelQueries({ queryKey: keys.notices })
      queryClient.setQueryData<Notice[]>(keys.notices, (notices) => notices && markedRead(notices, ids))
    },
    onError: (error) => showError(error.message),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.notices }),
  })

/** One that was told over the live connection. A list that is not loaded yet brings it itself. */
export const addNotice = (notice: Notice) =>
  queryClient.setQueryData<Notice[]>(keys.notices, (notices) => notices && withNotice(notices, notice))
