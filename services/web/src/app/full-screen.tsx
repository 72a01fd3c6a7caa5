import type { ReactNode } from 'react'
import { Mark } from '../design/mark.tsx'

/** The whole window: the mark alone while the app loads, or something to say. */
export const FullScreen = ({ children }: { children?: ReactNode }) => (
  <main className="grid min-h-dvh place-items-center p-6">
    {children ?? (
      <span role="status" className="animate-breathe text-accent">
        <Mark className="size-9" />
        <span className="sr-only">Loading…</span>
      </span>
    )}
  </main>
)
