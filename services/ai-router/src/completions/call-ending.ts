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
export function watchCallEnding({ deadline }: FastifyRequest, { raw: response }: FastifyReply, totalMs: number): CallEnding {
  const ending = new AbortController()
  const onDeadline = () => ending.abort(reasonOf(deadline))
  deadline.addEventListener('abort', onDeadline, { once: true })
  // Who went away before now has left no event to wait for.
  if (deadline.aborted || response.destroyed) onDeadline()
  const timer = setTimeout(() => ending.abort(new ProviderError('timeout', `not finished within ${totalMs} ms`)), totalMs)
  return {
    signal: ending.signal,
    abort: (reason) => ending.abort(reason),
    release() {
      clearTimeout(timer)
      deadline.removeEventListener('abort', onDeadline)
    },
  }
}

function reasonOf({ reason }: AbortSignal): ProviderError {
  const isTime = reason instanceof Error && reason.name === 'TimeoutError'
  return isTime ? new ProviderError('timeout', 'the caller’s time is over') : new ProviderError('aborted', 'the caller went away')
}
