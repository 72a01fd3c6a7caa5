import type { Model, Plan } from '../catalogue/catalogue.ts'
import type { CallLife } from '../completions/call-heartbeats.ts'
import type { CompletionCommand } from '../completions/completion-command.ts'
import { rate } from '../completions/cost.ts'
import { createUsageMeter } from '../completions/usage-meter.ts'
import type { ProviderRequest } from '../providers/provider.ts'
import type { ProviderRegistry } from '../providers/registry.ts'
import type { Answer } from './answer.ts'
import type { LegClocks } from './clocks.ts'
import { observeLeg } from './gen-ai.ts'
import type { LateSigns } from './late-signs.ts'
import type { Leg, RunningLeg } from './leg.ts'
import { outputLimit } from './output-limit.ts'
import { runLeg } from './run-leg.ts'

export interface AskDeps {
  providers: ProviderRegistry
  lateSigns: LateSigns
  /** Most output tokens of one answer. */
  outputLimits: Readonly<Record<Plan, number>>
}

/** One call, as far as asking for it goes. */
export interface Question {
  command: CompletionCommand
  answer: Answer
  life: CallLife
  /** Output tokens of earlier legs, which the limit of the answer counts as well. */
  writtenTokens: number
  signal: AbortSignal
}

/** How one target is asked. */
export interface Asking {
  number: number
  clocks: LegClocks
  /** See LegListener; called once, at the first sign of an answer. */
  mayAnswer(): boolean
  /** Given up for its silence, the target is watched for a sign that comes late; null: it is not, see LateSigns. */
  onLateSign: ((firstSignMs: number) => void) | null
  /** The leg is over; `firstSignMs` as in LegResult. */
  onEnd(leg: Leg, firstSignMs: number | null): void
}

/** Sends the question to one target, with what has been answered so far as the beginning. */
export function askTarget(deps: AskDeps, question: Question, model: Model, asking: Asking): RunningLeg {
  const provider = deps.providers.get(model.provider)
  if (!provider) throw new Error(`no provider '${model.provider}' for an available model`)
  const { command, answer, life, signal } = question
  const request = requestTo(deps, question, model)
  const meter = createUsageMeter(request)
  const startedMs = performance.now()
  const ending = new AbortController()
  const passOn = () => ending.abort(signal.reason)
  signal.addEventListener('abort', passOn, { once: true })
  if (signal.aborted) passOn()
  life.asks({ model, meter, leg: asking.number })
  const listener = {
    started: () => undefined,
    mayAnswer: () => {
      const isOurs = asking.mayAnswer()
      // Of the two of a hedge the other one was asked last.
      if (isOurs) life.asks({ model, meter, leg: asking.number })
      return isOurs
    },
    text: answer.addText,
    toolCall: answer.addToolCall,
  }

  const { onLateSign } = asking
  const asked = onLateSign ? deps.lateSigns.watch(model, provider, onLateSign) : provider

  const run = async (): Promise<Leg> => {
    const { end, usage, firstOutputMs, firstSignMs } = await observeLeg({ model, provider, request, ids: command, listener }, (observed) =>
      runLeg(asked, request, meter, asking.clocks, ending, observed),
    )
    signal.removeEventListener('abort', passOn)
    const leg = {
      number: asking.number,
      model,
      hasOutput: firstOutputMs !== null,
      usage: usage && rate(usage, model.price),
      end,
      latencyMs: Math.round(performance.now() - startedMs),
    }
    asking.onEnd(leg, firstSignMs)
    return leg
  }
  return { done: run(), abort: (error) => ending.abort(error) }
}

function requestTo({ outputLimits }: AskDeps, { command, answer, writtenTokens }: Question, model: Model): ProviderRequest {
  const { system, messages, sampling, tools, responseFormat } = command
  return {
    model: model.vendorModel,
    system,
    messages,
    prefill: command.prefill + answer.text,
    acceptsPrefill: model.acceptsPrefill,
    maxOutputTokens: Math.max(1, outputLimit(command, model, outputLimits) - writtenTokens),
    ...(sampling && { sampling }),
    ...(tools && { tools }),
    ...(responseFormat && { responseFormat }),
  }
}
