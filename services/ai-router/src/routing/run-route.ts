import type { Model, Route } from '../catalogue/catalogue.ts'
import type { CallLife } from '../completions/call-heartbeats.ts'
import type { CompletionCommand } from '../completions/completion-command.ts'
import type { PartWriter } from '../completions/part-writer.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { createAnswer } from './answer.ts'
import type { Leg, LegEnd } from './leg.ts'
import { createRetries, type RetryDeps } from './retries.ts'
import { askAround, type RoundDeps } from './round.ts'

export type RouteDeps = RoundDeps & RetryDeps

/** A call that was answered, or was not. */
export interface RoutedCall {
  /** In the order in which they ended; none where no target could be asked. */
  legs: readonly Leg[]
  end: LegEnd
  /** All of it that there is. */
  text: string
  /** From the beginning, milliseconds; null when there was no text. */
  firstTokenMs: number | null
}

/** Told what a call's answer is made of, but not how it ended. */
export type RouteListener = Pick<PartWriter, 'started' | 'status' | 'text' | 'toolCall'>

/** Most legs of one call: a bound for vendors that break off every time and bring a little each time. */
const MAX_LEGS = 16

/**
 * Finds the answer to one call. Before the first token the targets are asked one after the other, in rounds with pauses in
 * between, until one answers or it is clear that none will; after it an answer that breaks is gone on with from its last
 * character, by the same model first. Everything happens inside the one deadline that `signal` is. Never rejects for what
 * vendors do.
 */
export async function runRoute(
  deps: RouteDeps,
  command: CompletionCommand,
  { targets, isHedged }: Pick<Route, 'targets' | 'isHedged'>,
  out: RouteListener,
  life: CallLife,
  signal: AbortSignal,
): Promise<RoutedCall> {
  const answer = createAnswer(out)
  const legs: Leg[] = []
  const retries = createRetries(deps, command, targets, out, signal)
  const call = { command, answer, legs, out, life, signal, isHedged, retries }
  /** What broke the answer off that is gone on with. */
  let brokeOff: ProviderError | null = null
  const over = (end: LegEnd): RoutedCall => {
    // Nothing is wrong with a request that was being answered: who refuses to go on with it leaves what broke the answer.
    const isUnwilling = end.kind === 'failed' && end.error.kind === 'invalid'
    const told: LegEnd = brokeOff && isUnwilling ? { kind: 'failed', error: brokeOff } : end
    return { legs, end: told, text: answer.text, firstTokenMs: answer.firstTokenMs }
  }
  let order: readonly Model[] = targets
  let lastError: ProviderError | null = null
  try {
    await retries.waitBehindOthers()
    for (;;) {
      if (signal.aborted) return over({ kind: 'failed', error: reasonOf(signal) })
      const round = await askAround(deps, call, order)
      if (round.kind === 'over') return over(round.leg.end)
      if (round.kind === 'broken') {
        const { model, end } = round.leg
        if (end.kind === 'failed') brokeOff = end.error
        order = orderAfter(model, targets, command)
        // Whoever waits for a tool call would get one that is put together from two.
        if (answer.hasToolCall || legs.length >= MAX_LEGS || order.length === 0) return over(end)
        retries.answered()
        continue
      }
      lastError = round.error ?? lastError
      order = order.filter(({ id }) => !round.hopeless.has(id))
      const reason = legs.length >= MAX_LEGS ? lastError : await retries.beforeNextRound(order, round.error)
      if (reason) return over({ kind: 'failed', error: reason.kind === 'rate_limited' ? reason : (lastError ?? reason) })
    }
  } finally {
    retries.end()
  }
}

/** Who goes on with an answer that broke: its own model knows best what it meant. Half a JSON text only where none is begun anew. */
function orderAfter(broken: Model, targets: readonly Model[], { responseFormat }: CompletionCommand): Model[] {
  const order = [broken, ...targets.filter(({ id }) => id !== broken.id)]
  return responseFormat ? order.filter(({ acceptsPrefill }) => acceptsPrefill) : order
}

const reasonOf = ({ reason }: AbortSignal): ProviderError =>
  reason instanceof ProviderError ? reason : new ProviderError('aborted', 'the caller ended the request')
