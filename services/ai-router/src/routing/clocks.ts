import { ProviderError } from '../providers/provider-error.ts'

/** How long to wait for a vendor, in milliseconds. The time to connect is the provider's. */
export interface LegClocks {
  /** From sending the request to the first sign of an answer. */
  firstTokenMs: number
  /** Between two signs of an answer. */
  gapMs: number
}

export interface Clocks extends LegClocks {
  /** The whole completion, fall-backs included. */
  totalMs: number
}

/** Watches one stream. Only time spent waiting for the vendor counts: a slow reader of ours is not the vendor's fault. */
export interface StreamClock {
  /** We ask the vendor for the next part. */
  wait(): void
  /** It came. `isSign`: text or progress, after which the gap counts instead of the first token. */
  arrived(isSign: boolean): void
  stop(): void
}

export function startStreamClock({ firstTokenMs, gapMs }: LegClocks, onTimeout: (error: ProviderError) => void): StreamClock {
  let isWaiting = false
  let hasBegun = false
  const expire = () => {
    if (!isWaiting) return
    onTimeout(new ProviderError('timeout', hasBegun ? `no token for ${gapMs} ms` : `no first token within ${firstTokenMs} ms`))
  }
  // Refreshed instead of made anew: this runs once a token.
  let timer = setTimeout(expire, firstTokenMs)
  return {
    wait() {
      isWaiting = true
      // Before the first token the clock runs through, whatever else arrives.
      if (hasBegun) timer.refresh()
    },
    arrived(isSign) {
      isWaiting = false
      if (!isSign || hasBegun) return
      hasBegun = true
      clearTimeout(timer)
      timer = setTimeout(expire, gapMs)
    },
    stop: () => clearTimeout(timer),
  }
}
