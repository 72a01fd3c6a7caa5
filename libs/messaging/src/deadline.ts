/** Runs `work` with a signal that fires after `ms`, if it is not through by then. Unlike `AbortSignal.timeout` it leaves no timer behind. */
export async function withDeadline<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(new DOMException(`not finished after ${ms} ms`, 'TimeoutError')), ms)
  try {
    return await work(deadline.signal)
  } finally {
    clearTimeout(timer)
  }
}
