import { setImmediate as nextMoment } from 'node:timers/promises'
import type { ToolCallPiece } from '../completions/part-writer.ts'
import { textPieces } from '../completions/text-pieces.ts'
import type { MeasuredUsage, UsageMeter } from '../completions/usage-meter.ts'
import type { FinishReason, Provider, ProviderRequest, StreamPart } from '../providers/provider.ts'
import { ProviderError, type ProviderErrorKind } from '../providers/provider-error.ts'
import { type LegClocks, startStreamClock } from './clocks.ts'
import { type LegEnd, OUTRUN } from './leg.ts'

/** Told what happens while a leg runs. */
export interface LegListener {
  started(model: string, responseId: string): void
  /** The first sign of an answer is there. False ends the leg before anything of it is passed on. */
  mayAnswer(): boolean
  /** The stream waits until the returned promise resolves. */
  text(text: string): Promise<void> | undefined
  /** Likewise. */
  toolCall(piece: ToolCallPiece): Promise<void> | undefined
}

export interface LegResult {
  /** From the request to the first sign of an answer, milliseconds; null when there was none. */
  firstSignMs: number | null
  /** Likewise, to the first text. */
  firstOutputMs: number | null
  /** Null where the vendor bills nothing. */
  usage: MeasuredUsage | null
  end: LegEnd
}

/** A longer text of one moment is taken in pieces, between which others have their turn. */
const LONGEST_TEXT = 65_536

/** Reads one vendor's stream to its end, under the clocks. Never throws: how it ended is the result. */
export async function runLeg(
  provider: Pick<Provider, 'stream'>,
  request: ProviderRequest,
  meter: UsageMeter,
  clocks: LegClocks,
  ending: AbortController,
  listener: LegListener,
): Promise<LegResult> {
  const startedMs = performance.now()
  let firstSignMs: number | null = null
  let firstOutputMs: number | null = null
  const isAsked = !ending.signal.aborted
  const ended = (end: LegEnd): LegResult => ({ firstSignMs, firstOutputMs, usage: isAsked ? usageOf(meter, end) : null, end })
  const clock = startStreamClock(clocks, (error) => ending.abort(error))
  let finished: FinishReason | undefined

  /** Runs once for what the network brought at once, which is about once a token. */
  function take(batch: readonly StreamPart[]): Promise<void> | undefined {
    const hasSign = batch.some(isSign)
    clock.arrived(hasSign)
    if (hasSign && firstSignMs === null) {
      firstSignMs = performance.now() - startedMs
      if (!listener.mayAnswer()) throw OUTRUN
    }
    const room = batch.some(isLong) ? takeInPieces(batch) : takeAll(batch)
    if (!room) return undefined
    clock.pause()
    return room.then(clock.resume)
  }

  function takeAll(batch: readonly StreamPart[]): Promise<void> | undefined {
    let room: Promise<void> | undefined
    for (const part of batch) room = takePart(part) ?? room
    return room
  }

  async function takeInPieces(batch: readonly StreamPart[]): Promise<void> {
    for (const part of batch) {
      for (const piece of piecesOf(part)) {
        await takePart(piece)
        await nextMoment()
      }
    }
  }

  function takePart(part: StreamPart): Promise<void> | undefined {
    switch (part.type) {
      case 'text':
        firstOutputMs ??= performance.now() - startedMs
        meter.addText(part.text)
        return listener.text(part.text)
      case 'tool_call':
        firstOutputMs ??= performance.now() - startedMs
        meter.addText(`${part.name ?? ''}${part.arguments}`)
        return listener.toolCall(part)
      case 'usage':
        meter.addVendorUsage(part.usage)
        return undefined
      case 'progress':
        return undefined
      case 'started':
        listener.started(part.model, part.responseId)
        return undefined
      case 'finished':
        finished = part.reason
        return undefined
    }
  }

  try {
    await provider.stream(request, ending.signal, take)
    if (!finished) throw new ProviderError('cut', 'the provider ended its parts without the last one')
    return ended({ kind: 'finished', reason: finished })
  } catch (error) {
    const known = error instanceof ProviderError ? error : new ProviderError('malformed', 'the provider failed', { cause: error })
    return ended({ kind: 'failed', error: known })
  } finally {
    clock.stop()
  }
}

/** Of an answer, its end included: one may be empty. */
export const isSign = ({ type }: StreamPart): boolean => type !== 'started' && type !== 'usage'

const isLong = (part: StreamPart): boolean => part.type === 'text' && part.text.length > LONGEST_TEXT

function* piecesOf(part: StreamPart): Generator<StreamPart> {
  if (part.type !== 'text') return yield part
  for (const text of textPieces(part.text, LONGEST_TEXT)) yield { ...part, text }
}

/** Ends after which a vendor has worked, or may have: what it had read then is on its bill, whether or not it wrote anything. */
const BILLED_UNANSWERED: ReadonlySet<ProviderErrorKind> = new Set(['timeout', 'cut', 'malformed', 'aborted'])

function usageOf(meter: UsageMeter, end: LegEnd): MeasuredUsage | null {
  if (meter.hasUsage) return meter.measure()
  return end.kind === 'failed' && BILLED_UNANSWERED.has(end.error.kind) ? meter.estimate() : null
}
