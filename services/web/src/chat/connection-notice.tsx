import { WifiOff } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from '../design/button.tsx'
import { Spinner } from '../design/spinner.tsx'
import { useLive } from '../live/live-store.ts'
import { reconnect } from './live-chat.ts'

/** A blink of the line is nobody's business. */
const PATIENCE_MS = 1500

/** Says that the connection is gone, and that it is coming back by itself. */
export function ConnectionNotice() {
  const connection = useLive((live) => live.connection)
  const isOffline = useIsOffline()
  const isRefused = connection === 'refused'
  const isOut = isRefused || connection === 'waiting' || connection === 'connecting' || isOffline
  const [isShown, setIsShown] = useState(false)
  useEffect(() => {
    if (!isOut) return setIsShown(false)
    const timer = setTimeout(() => setIsShown(true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [isOut])

  return (
    <div role="status" className="pointer-events-none absolute inset-x-0 top-14 z-30 flex justify-center px-3 md:top-1.5 md:justify-end">
      {isShown && (
        <div className="pointer-events-auto flex animate-rise items-center gap-2.5 rounded-full border border-line bg-raised py-1.5 pr-2 pl-4 text-sm shadow-soft">
          {isOffline || isRefused ? (
            <WifiOff className="size-4 text-warning" aria-hidden="true" />
          ) : (
            <Spinner className="size-3.5 text-accent" />
          )}
          <span className="py-1 pr-1">{textFor(isOffline, isRefused)}</span>
          {connection === 'waiting' && !isOffline && (
            <Button size="small" look="quiet" className="rounded-full!" onClick={reconnect}>
              Now
            </Button>
          )}
        </div>
      )}
    </div>
  )
}

const textFor = (isOffline: boolean, isRefused: boolean) =>
  isOffline ? 'You are offline' : isRefused ? 'This account may not chat at present' : 'Reconnecting…'

function useIsOffline(): boolean {
  const [isOffline, setIsOffline] = useState(!navigator.onLine)
  useEffect(() => {
    const update = () => setIsOffline(!navigator.onLine)
    window.addEventListener('online', update)
    window.addEventListener('offline', update)
    return () => {
      window.removeEventListener('online', update)
      window.removeEventListener('offline', update)
    }
  }, [])
  return isOffline
}
