import type { CompletionPartJson, CompletionStateJson } from '@parley/contracts'
import { type AppError, isAppError } from '@parley/errors'
import type { CompletionCall, Completions } from '../clients/ai-router.client.ts'
import { metrics } from '../metrics.ts'
import type { LiveAnswer } from './live-answer.ts'
import type { RunningTurn } from './running-turn.ts'

/** How one call to the ai-router ended, as far as chat can tell. */
export type CallEnd =
  | { kind: 'finished'; part: NonNullable<CompletionPartJson['finished']> }
  | { kind: 'failed'; part: NonNullable<CompletionPartJson['failed']> }
  /** Refused before it began, for a reason that asking again would not change. */
  | { kind: 'refused'; error: AppError }
  /** Unreachable, or the stream ended in the middle: asking again makes sense. */
  | { kind: 'cut'; cause?: unknown }

export interface ModelIdentity {
  model: string | null
  provider: string | null
}

/** Makes one call and shows its text as it comes. `identity` is filled in when the provider is known. */
export async function callModel(
  completions: Completions,
  turn: RunningTurn,
  call: CompletionCall,
  identity: ModelIdentity,
): Promise<CallEnd> {
  const { signal } = turn.abort
  let end: CallEnd = { kind: 'cut' }
  try {
    await completions.ask(call, signal, (parts) => {
      showParts(turn, parts)
      for (const { started, finished, failed } of parts) {
        if (started) Object.assign(identity, { model: started.model ?? null, provider: started.provider ?? null })
        if (finished) end = { kind: 'finished', part: finished }
        if (failed) end = { kind: 'failed', part: failed }
      }
    })
    return end
  } catch (error) {
    const isRefused = isAppError(error) && error.kind !== 'unavailable' && error.kind !== 'timeout'
    return isRefused ? { kind: 'refused', error } : { kind: 'cut', cause: error }
  }
}

const frameStatus: Partial<Record<CompletionStateJson, Parameters<LiveAnswer['status']>[0]>> = {
  COMPLETION_STATE_RETRYING: 'retrying',
  COMPLETION_STATE_SWITCHED_PROVIDER: 'switched_provider',
  COMPLETION_STATE_CONTINUED: 'continued',
}

/** Texts that arrived together become one frame. */
function showParts(turn: RunningTurn, parts: CompletionPartJson[]): void {
  const { answer } = turn
  let delta = ''
  for (const { text, status } of parts) {
    if (text?.delta) delta += text.delta
    const shown = status?.state && frameStatus[status.state]
    if (!shown) continue
    show(turn, delta)
    delta = ''
    answer.status(shown, status.message ?? '')
    noteSignOfLife(turn)
  }
  show(turn, delta)
}

function show(turn: RunningTurn, delta: string): void {
  if (delta === '') return
  if (turn.errand === 'answer' && turn.answer.text === '') {
    metrics.firstTokenSeconds.observe((performance.now() - turn.acceptedAtMs) / 1000)
  }
  turn.answer.append(delta)
  noteSignOfLife(turn)
}

function noteSignOfLife(turn: RunningTurn): void {
  turn.lastSignOfLifeMs = performance.now()
  turn.isWaitingShown = false
}
