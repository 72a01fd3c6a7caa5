import type { Provider } from '../providers/provider.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { OUTRUN } from './leg.ts'
import { isSign } from './run-leg.ts'
import { keyOf, type Target } from './target.ts'

type Streaming = Pick<Provider, 'stream'>

/** Requests that nobody waits for any more, and that go on for what they tell about their targets. */
export interface LateSigns {
  /**
   * Streams as `provider` does, but a request that is given up for its silence is not ended: it is rejected at once, and
   * watched until its first sign of an answer, which ends it, or until its time is over. One of each target at a time.
   *
   * @param onSign given up, it has given a sign after all: so long after it was sent, in milliseconds
   */
  watch(target: Target, provider: Streaming, onSign: (firstSignMs: number) => void): Streaming
}

/** @param watchMs how long after it was sent a request is watched */
export function createLateSigns({ watchMs }: { watchMs: number }): LateSigns {
  const watched = new Set<string>()
  return {
    watch: (target, provider, onSign) => ({
      async stream(request, signal, take) {
        const key = keyOf(target)
        const sentMs = performance.now()
        const connection = new AbortController()
        const givenUp = Promise.withResolvers<never>()
        let hasSign = false
        let isWatched = false
        let timer: NodeJS.Timeout | undefined

        function stop(): void {
          const isSilent = !hasSign && signal.reason instanceof ProviderError && signal.reason.kind === 'timeout'
          if (!isSilent || watched.has(key)) {
            connection.abort(signal.reason)
            return
          }
          isWatched = true
          watched.add(key)
          timer = setTimeout(() => connection.abort(signal.reason), sentMs + watchMs - performance.now()).unref()
          givenUp.reject(signal.reason)
        }

        if (signal.aborted) connection.abort(signal.reason)
        signal.addEventListener('abort', stop, { once: true })
        const streamed = provider
          .stream(request, connection.signal, (parts) => {
            hasSign ||= parts.some(isSign)
            if (!isWatched) return take(parts)
            if (!hasSign) return undefined
            onSign(performance.now() - sentMs)
            throw OUTRUN
          })
          .finally(() => {
            signal.removeEventListener('abort', stop)
            clearTimeout(timer)
            if (isWatched) watched.delete(key)
          })
        return Promise.race([streamed, givenUp.promise])
      },
    }),
  }
}
