import { RotateCw } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from '../../design/button.tsx'

/** Nobody sits and watches a longer one. */
const LONGEST_COUNTED_S = 90

interface RetryButtonProps {
  /** Seconds that the server asked to wait. */
  retryAfterS: number | undefined
  isDisabled?: boolean
  onRetry: () => void
}

/** Tries again with one click, as soon as the server lets. */
export function RetryButton({ retryAfterS = 0, isDisabled = false, onRetry }: RetryButtonProps) {
  const leftS = useCountdown(retryAfterS <= LONGEST_COUNTED_S ? retryAfterS : 0)
  const isWaiting = leftS > 0
  return (
    <Button
      size="small"
      disabled={isDisabled}
      // Not disabled while it counts: the focus stays, and a click waits for nobody.
      aria-disabled={isWaiting || undefined}
      onClick={() => !isWaiting && onRetry()}
    >
      <RotateCw className="size-3.5" aria-hidden="true" />
      Try again
      {isWaiting && <span className="tabular-nums">in {leftS} s</span>}
    </Button>
  )
}

function useCountdown(fromS: number): number {
  const [leftS, setLeftS] = useState(fromS)
  useEffect(() => {
    const readyAtMs = performance.now() + fromS * 1000
    setLeftS(fromS)
    if (fromS === 0) return
    const timer = setInterval(() => {
      const nextS = Math.max(0, Math.ceil((readyAtMs - performance.now()) / 1000))
      setLeftS(nextS)
      if (nextS === 0) clearInterval(timer)
    }, 250)
    return () => clearInterval(timer)
  }, [fromS])
  return leftS
}
