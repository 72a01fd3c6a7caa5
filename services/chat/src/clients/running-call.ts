import type { CompletionPartJson, LinkItemJson } from '@parley/contracts'
import { commonErrors, decodeRpcError } from '@parley/errors'

/** Gets the parts that arrived together, in order. */
export type TakeParts = (parts: CompletionPartJson[]) => void

/** The ai-router accepts a call at once or refuses it; a provider's slowness comes after that. */
const ACCEPT_TIMEOUT_MS = 10_000

export interface RunningCall {
  ended: Promise<void>
  read(items: LinkItemJson[]): void
  settle(error?: unknown): void
}

interface RunningCallOptions {
  take: TakeParts
  signal: AbortSignal
  onAbort: () => void
  onEnd: () => void
}

/** One call of a link, from the question to its answer's end. */
export function runCall({ take, signal, onAbort, onEnd }: RunningCallOptions): RunningCall {
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>()
  const notAccepted = () => abort(commonErrors.timeout({ internal: 'ai-router did not accept a call in time' }))
  const accepting = setTimeout(notAccepted, ACCEPT_TIMEOUT_MS)

  function settle(error?: unknown): void {
    clearTimeout(accepting)
    signal.removeEventListener('abort', onSignal)
    onEnd()
    if (error === undefined) resolve()
    else reject(error)
  }

  function abort(reason: unknown): void {
    onAbort()
    settle(reason)
  }

  function onSignal(): void {
    abort(signal.reason)
  }

  signal.addEventListener('abort', onSignal, { once: true })
  if (signal.aborted) queueMicrotask(onSignal)

  return {
    ended,
    settle,
    read(items) {
      const parts: CompletionPartJson[] = []
      for (const { accepted, part } of items) {
        if (accepted) clearTimeout(accepting)
        if (part) parts.push(part)
      }
      try {
        if (parts.length > 0) take(parts)
      } catch (error) {
        return abort(error)
      }
      const { refused, cut, part } = items.at(-1) ?? {}
      if (refused) settle(decodeRpcError(refused))
      else if (cut) settle(commonErrors.service_busy({ internal: 'the ai-router cut an answer' }))
      else if (part?.finished || part?.failed) settle()
    },
  }
}
