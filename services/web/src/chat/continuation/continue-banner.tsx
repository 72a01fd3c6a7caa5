import { useMutation } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useRef } from 'react'
import { useNavigate } from 'react-router'
import { v7 as newId } from 'uuid'
import { queryClient } from '../../api/client.ts'
import { Button } from '../../design/button.tsx'
import { IconButton } from '../../design/icon-button.tsx'
import { showError } from '../../design/toast.tsx'
import { type Conversation, continueConversation } from '../chat-api.ts'
import { keys } from '../query-keys.ts'
import { useChatUi } from '../use-chat-ui.ts'

/** Offers to go on elsewhere with a summary, once a conversation has grown so long that its beginning is left out. */
export function ContinueBanner({ conversation: { id } }: { conversation: Conversation }) {
  const navigate = useNavigate()
  const isPutAway = useChatUi((ui) => ui.putAway.includes(id))
  const key = useRef(newId())
  const { mutate, isPending } = useMutation({
    mutationFn: () => continueConversation(id, key.current),
    onSuccess: (made) => {
      queryClient.setQueryData(keys.conversation(made.id), made)
      void queryClient.invalidateQueries({ queryKey: keys.conversations })
      void navigate(`/c/${made.id}`)
    },
    onError: (error) => showError(error.message, { label: 'Try again', onClick: () => mutate() }),
  })
  if (isPutAway) return null
  return (
    <aside
      aria-label="Continue in a new chat"
      className="mb-2.5 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-2xl border border-line py-2 pr-2 pl-4 text-ink-soft text-sm"
    >
      <span className="min-w-48 flex-1">This conversation is long. A new one with a summary of it answers faster and uses less.</span>
      <span className="ml-auto flex items-center gap-1">
        <Button size="small" isBusy={isPending} onClick={() => mutate()}>
          Continue in a new one
        </Button>
        <IconButton label="Not now" size="small" onClick={() => useChatUi.setState(({ putAway }) => ({ putAway: [...putAway, id] }))}>
          <X aria-hidden="true" />
        </IconButton>
      </span>
    </aside>
  )
}
