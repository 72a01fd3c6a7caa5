import { TriangleAlert } from 'lucide-react'
import { Component, type ReactNode } from 'react'
import { Button } from '../design/button.tsx'
import { EmptyState } from '../design/empty-state.tsx'
import { FullScreen } from './full-screen.tsx'

interface ErrorBoundaryProps {
  children: ReactNode
  /** Shown instead of the whole-page message. */
  fallback?: ReactNode
  /** A new value gives the children another try: the page somebody has gone to may be sound. */
  resetKey?: string
}

/** What a person sees when the app itself is at fault. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { error: unknown }> {
  override state = { error: null }

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  override componentDidUpdate(before: ErrorBoundaryProps) {
    if (before.resetKey !== this.props.resetKey && this.state.error !== null) this.setState({ error: null })
  }

  override render() {
    const { error } = this.state
    if (error === null) return this.props.children
    return this.props.fallback === undefined ? <Broken error={error} /> : this.props.fallback
  }
}

function Broken({ error }: { error: unknown }) {
  // Either there is no network, or a deployment took away the files this page was built from: a reload brings the new ones.
  const isNotLoaded = error instanceof TypeError && /import|module/i.test(error.message)
  return (
    <FullScreen>
      <EmptyState
        icon={<TriangleAlert aria-hidden="true" />}
        title={isNotLoaded ? 'This page could not be loaded' : 'Something went wrong on this page'}
        action={
          <Button look="primary" onClick={() => window.location.reload()}>
            Reload
          </Button>
        }
      >
        {isNotLoaded
          ? 'Check your connection. If it is fine, there is a new version of Parley, and reloading brings it.'
          : 'Your conversations are safe. Reloading usually helps.'}
      </EmptyState>
    </FullScreen>
  )
}
