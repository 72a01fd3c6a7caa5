import { Alert } from '../design/alert.tsx'
import { Button } from '../design/button.tsx'

interface QueryProblemProps {
  error: Error
  onRetry: () => void
}

export const QueryProblem = ({ error, onRetry }: QueryProblemProps) => (
  <Alert
    action={
      <Button size="small" onClick={onRetry}>
        Try again
      </Button>
    }
  >
    {error.message}
  </Alert>
)
