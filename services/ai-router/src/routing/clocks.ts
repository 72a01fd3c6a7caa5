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
  /** Something came. `isSign`: text or progress, after which the gap counts instead of the first token. */
  arrived(isSign: boolean): void
  /** Our reader has no room: the vendor is not waited for. */
  pause(): void
  /** It has room again. */
  resume(): void
  stop(): void
}

/** The timer is not touched by what arrives, which is every token: when it goes off it finds out how long is left. */
export function startStreamClock({ firstTokenMs, gapMs }: LegClocks, onTimeout: (error: ProviderError) => void): StreamClock {
  let limitMs = firstTokenMs
  let sinceMs = performance.now()
  let hasBegun = false
  let isPaused = false
  let timer = setTimeout(look, limitMs)

  function look(): void {
    const leftMs = isPaused ? limitMs : sinceMs + limitMs - performance.now()
    if (leftMs > 0) timer = setTimeout(look, Math.ceil(leftMs))
    else onTimeout(new ProviderError('timeout', hasBegun ? `no token for ${gapMs} ms` : `no first token within ${firstTokenMs} ms`))
  }

  return {
    arrived(isSign) {
      // Before the first token the clock runs through, whatever else arrives.
      if (!hasBegun && !isSign) return
      sinceMs = performance.now()
      if (hasBegun) return
      hasBegun = true
      limitMs = gapMs
      clearTimeout(timer)
      timer = setTimeout(look, limitMs)
    },
    pause() {
      isPaused = true
    },
    resume() {
      isPaused = false
      if (hasBegun) sinceMs = performance.now()
    },
    stop: () => clearTimeout(timer),
  }
}
