import type { FastifyReply, FastifyRequest } from 'fastify'
import { ProviderError } from '../providers/provider-error.ts'

/** What may end a call before its answer is whole. The signal's reason is a ProviderError. */
export interface CallEnding {
  signal: AbortSignal
  abort(reason: ProviderError): void
  /** The call is over: nothing is watched any more. */
  release(): void
}

/** The caller goes away, the caller's time is over, or `totalMs` are. */
export function watchRequestEnding({ deadline }: FastifyRequest, { raw: response }: FastifyReply, totalMs: number): CallEnding {
  const ending = watchCallEnding(deadline, totalMs)
  // Who went away before somebody asked for the deadline has left no event to wait for.
  if (response.destroyed && !ending.signal.aborted) ending.abort(reasonOf(deadline))
  return ending
}

/** `caller` fires, by its time (a `TimeoutError`) or because it went away, or `totalMs` are over. */
export function watchCallEnding(caller: AbortSignal, totalMs: number): CallEnding {
  const ending = new AbortController()
  const onCaller = () => ending.abort(reasonOf(caller))
  caller.addEventListener('abort', onCaller, { once: true })
  if (caller.aborted) onCaller()
  const timer = setTimeout(() => ending.abort(new ProviderError('timeout', `not finished within ${totalMs} ms`)), totalMs)
  return {
    signal: ending.signal,
    abort: (reason) => ending.abort(reason),
    release() {
      clearTimeout(timer)
      caller.removeEventListener('abort', onCaller)
    },
  }
}

function reasonOf({ reason }: AbortSignal): ProviderError {
  const isTime = reason instanceof Error && reason.name === 'TimeoutError'
  return isTime ? new ProviderError('timeout', 'the caller’s time is over') : new ProviderError('aborted', 'the caller went away')
}
