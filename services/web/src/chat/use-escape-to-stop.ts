import { useEffect } from 'react'

/** Esc stops the answer, unless it is needed to close something that is open over the page. */
export function useEscapeToStop(stop: (() => void) | null): void {
  useEffect(() => {
    if (!stop) return
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return
      if (document.querySelector('[role="dialog"], [role="menu"]')) return
      stop()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [stop])
}
