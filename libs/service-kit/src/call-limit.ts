/** The end of a call that may only take so long, and that its caller may give up. */
export interface CallLimit {
  readonly signal: AbortSignal
  /** Its time was over. */
  readonly isOver: boolean
  /** To be called when the call is through. */
  letGo(): void
}

/** One signal for both ends: joining two (`AbortSignal.any`) costs more than all the rest of a short call. */
export function limitCall(timeoutMs: number, caller: AbortSignal | undefined): CallLimit {
  const ending = new AbortController()
  let isOver = false
  const timer = setTimeout(() => {
    isOver = true
    ending.abort()
  }, timeoutMs)
  const onGivenUp = () => ending.abort(caller?.reason)
  if (caller?.aborted) onGivenUp()
  else caller?.addEventListener('abort', onGivenUp, { once: true })
  return {
    signal: ending.signal,
    get isOver() {
      return isOver
    },
    letGo() {
      clearTimeout(timer)
      caller?.removeEventListener('abort', onGivenUp)
    },
  }
}
