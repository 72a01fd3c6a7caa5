import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from './app.ts'

/** Header that hands the remaining time of a call on, in milliseconds. */
export const TIMEOUT_HEADER = 'x-parley-timeout-ms'
const LONGEST_MS = 10 * 60_000

const endsAtMs = new WeakMap<AbortSignal, number>()
const replies = new WeakMap<FastifyRequest, FastifyReply>()

/** Milliseconds left until `signal` aborts by time; undefined when it carries no deadline of a request. */
export function remainingMs(signal: AbortSignal): number | undefined {
  const end = endsAtMs.get(signal)
  return end === undefined ? undefined : Math.max(0, end - Date.now())
}

/** Adds `request.deadline`. The signal is made when it is first asked for: most requests never do. */
export function provideDeadline(app: App): void {
  const signals = new WeakMap<FastifyRequest, AbortSignal>()
  app.addHook('onRequest', (request, reply, done) => {
    replies.set(request, reply)
    done()
  })
  app.decorateRequest('deadline', {
    getter(this: FastifyRequest) {
      const known = signals.get(this)
      if (known) return known
      const signal = deadlineOf(this)
      signals.set(this, signal)
      return signal
    },
  })
}

/** One signal for both ends: joining two (`AbortSignal.any`) costs more than all the rest of a short request's deadline. */
function deadlineOf(request: FastifyRequest): AbortSignal {
  const ending = new AbortController()
  const timeoutMs = Number(request.headers[TIMEOUT_HEADER])
  const isLimited = timeoutMs >= 0 && timeoutMs <= LONGEST_MS
  const onTimeout = () => ending.abort(new DOMException('The time of the request is over.', 'TimeoutError'))
  const timer = isLimited ? setTimeout(onTimeout, Math.ceil(timeoutMs)).unref() : undefined
  const response = replies.get(request)?.raw
  response?.once('close', () => {
    clearTimeout(timer)
    if (!response.writableFinished) ending.abort(new DOMException('The caller went away.', 'AbortError'))
  })
  if (isLimited) endsAtMs.set(ending.signal, Date.now() + timeoutMs)
  return ending.signal
}
