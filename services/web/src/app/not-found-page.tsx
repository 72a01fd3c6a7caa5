import { Link } from 'react-router'
import { Button } from '../design/button.tsx'
import { EmptyState } from '../design/empty-state.tsx'
import { Mark } from '../design/mark.tsx'
import { FullScreen } from './full-screen.tsx'

export const NotFoundPage = () => (
  <FullScreen>
    <EmptyState
      icon={<Mark className="text-accent" />}
      title="There is nothing at this address"
      action={
        <Button asChild look="primary">
          <Link to="/">Back to the chat</Link>
        </Button>
      }
    >
      The link may be old, or a letter may be missing.
    </EmptyState>
  </FullScreen>
)
