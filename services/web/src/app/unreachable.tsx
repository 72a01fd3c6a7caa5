import { CloudOff } from 'lucide-react'
import { Button } from '../design/button.tsx'
import { EmptyState } from '../design/empty-state.tsx'
import { FullScreen } from './full-screen.tsx'

export const Unreachable = ({ onRetry, isRetrying }: { onRetry: () => void; isRetrying: boolean }) => (
  <FullScreen>
    <EmptyState
      icon={<CloudOff aria-hidden="true" />}
      title="Parley cannot be reached"
      action={
        <Button look="primary" isBusy={isRetrying} onClick={onRetry}>
          Try again
        </Button>
      }
    >
      Check your connection. Nothing you wrote is lost.
    </EmptyState>
  </FullScreen>
)
