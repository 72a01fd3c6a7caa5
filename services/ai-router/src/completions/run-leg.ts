import type { FinishReason, Provider, ProviderRequest, StreamPart } from '../providers/provider.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { type Clocks, startStreamClock } from './clocks.ts'
import type { UsageMeter } from './usage-meter.ts'

/** Told what happens while a leg runs. */
export interface LegListener {
  started(model: string, responseId: string): void
  /** The stream waits until the returned promise resolves. */
  text(text: string): Promise<void> | undefined
}

/** One request to one vendor, over. */
export interface Leg {
  meter: UsageMeter
  hasText: boolean
  end: { kind: 'finished'; reason: FinishReason } | { kind: 'failed'; error: ProviderError }
}

/** Reads one vendor's stream to its end, under the clocks. Never throws: how it ended is the result. */
export async function runLeg(
  provider: Provider,
  request: ProviderRequest,
  meter: UsageMeter,
  clocks: Clocks,
  signal: AbortSignal,
  listener: LegListener,
): Promise<Leg> {
  let hasText = false
  const abort = new AbortController()
  const passOn = () => abort.abort(signal.reason)
  signal.addEventListener('abort', passOn, { once: true })
  if (signal.aborted) passOn()
  const clock = startStreamClock(clocks, (error) => abort.abort(error))
  const batches = provider.stream(request, abort.signal)[Symbol.asyncIterator]()
  try {
    for (;;) {
      clock.wait()
      const { value: batch, done } = await batches.next()
      if (done) throw new ProviderError('cut', 'the provider ended its parts without the last one')
      clock.arrived(batch.some(isSign))
      for (const part of batch) {
        switch (part.type) {
          case 'text': {
            hasText = true
            meter.addText(part.text)
            const room = listener.text(part.text)
            if (room) await room
            break
          }
          case 'usage':
            meter.addVendorUsage(part.usage)
            break
          case 'tool_call':
          case 'progress':
            break
          case 'started':
            listener.started(part.model, part.responseId)
            break
          case 'finished':
            return { meter, hasText, end: { kind: 'finished', reason: part.reason } }
        }
      }
    }
  } catch (error) {
    const known = error instanceof ProviderError ? error : new ProviderError('malformed', 'the provider failed', { cause: error })
    return { meter, hasText, end: { kind: 'failed', error: known } }
  } finally {
    clock.stop()
    signal.removeEventListener('abort', passOn)
    await batches.return?.()
  }
}

/** Of an answer, and so of life. */
const isSign = ({ type }: StreamPart): boolean => type === 'text' || type === 'tool_call' || type === 'progress'
