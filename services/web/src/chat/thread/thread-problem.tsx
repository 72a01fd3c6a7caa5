import { MessageCircleOff, MessagesSquare } from 'lucide-react'
import { useNavigate } from 'react-router'
import { isApiError } from '../../api/api-error.ts'
import { Button } from '../../design/button.tsx'
import { EmptyState } from '../../design/empty-state.tsx'

interface ThreadProblemProps {
  error: Error
  onRetry: () => void
}

/** Stands where the conversation would. */
export function ThreadProblem({ error, onRetry }: ThreadProblemProps) {
  const navigate = useNavigate()
  if (isApiError(error) && isNowhere(error.status)) {
    return (
      <EmptyState
        icon={<MessageCircleOff aria-hidden="true" />}
        title="This conversation does not exist"
        action={
          <Button look="primary" onClick={() => navigate('/')}>
            Start a new one
          </Button>
        }
      >
        It may have been deleted, or belong to another account.
      </EmptyState>
    )
  }
  return (
    <EmptyState
      icon={<MessagesSquare aria-hidden="true" />}
      title="The conversation could not be loaded"
      action={
        <Button look="primary" onClick={onRetry}>
          Try again
        </Button>
      }
    >
      {error.message}
    </EmptyState>
  )
}

/** What is no id at all (400) leads nowhere just as an id that nobody has. */
const isNowhere = (status: number) => status === 404 || status === 400
