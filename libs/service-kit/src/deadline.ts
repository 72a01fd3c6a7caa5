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

function deadlineOf(request: FastifyRequest): AbortSignal {
  const closed = new AbortController()
  const response = replies.get(request)?.raw
  response?.once('close', () => {
    if (!response.writableFinished) closed.abort(new DOMException('The caller went away.', 'AbortError'))
  })
  const timeoutMs = Number(request.headers[TIMEOUT_HEADER])
  if (!(timeoutMs >= 0 && timeoutMs <= LONGEST_MS)) return closed.signal
  const signal = AbortSignal.any([closed.signal, AbortSignal.timeout(Math.ceil(timeoutMs))])
  endsAtMs.set(signal, Date.now() + timeoutMs)
  return signal
}
