import { annotateActiveSpan, attributes, counter, type Logger } from '@parley/telemetry'
import type { Route } from '../catalogue/catalogue.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { outputLimit } from '../routing/output-limit.ts'
import { type RouteDeps, type RoutedCall, type RouteListener, runRoute } from '../routing/run-route.ts'
import type { AskedQuestion, SimilarAnswers } from '../similar-answers/similar-answers.ts'
import type { AnswerCacheStore, CachedAnswer, Origin } from './answer-cache.store.ts'
import { answerKeyOf, askedQuestionOf } from './answer-key.ts'
import type { CallLife } from './call-heartbeats.ts'
import { chargedLegOf } from './call-legs.ts'
import type { CompletionCommand } from './completion-command.ts'
import type { Flights, Journey } from './flights.ts'

export interface AnswerDeps extends RouteDeps {
  answers: Pick<AnswerCacheStore, 'find' | 'put'>
  similarAnswers: Pick<SimilarAnswers, 'find' | 'remember'>
  flights: Flights
  logger: Logger
}

/** An answer that was found, or was not. */
export interface FoundAnswer extends RoutedCall {
  /** Whose answer it is, where no vendor was asked for this one; null for one of its own. */
  origin: Origin | null
}

const lookUps = counter({
  name: 'parley_ai_answers_total',
  help: 'Answers that may be given again, by where they came from: asked of a provider, the cache, the cache for a similar question, or an identical request that ran.',
  labelNames: ['source'],
})

/**
 * The answer to a call: one that was kept for it or for a question that means the same, one that is being given to an identical
 * request, or one of its own. Whoever wants a fresh one gets one of their own, which is kept in the place of the one before.
 */
export async function findAnswer(
  deps: AnswerDeps,
  command: CompletionCommand,
  route: Route,
  out: RouteListener,
  life: CallLife,
  signal: AbortSignal,
): Promise<FoundAnswer> {
  const journey: Journey = (to, its, until) => runRoute(deps, command, route, to, its, until)
  const limit = outputLimit(command, route.targets[0], deps.outputLimits)
  const key = answerKeyOf(command, route, limit)
  if (!key || !route.cache) return { ...(await journey(out, life, signal)), origin: null }

  const { cache } = route
  const question = askedQuestionOf(command, route, limit)
  const keptJourney: Journey = async (to, its, until) => {
    const call = await journey(to, its, until)
    const answer = wholeAnswerOf(call)
    // Nobody's answer waits for it.
    if (answer)
      void keep(deps, { key, answer, question, userId: cache.scope === 'user' ? command.userId : null, lifetimeS: cache.lifetimeS })
    return call
  }
  if (command.isFresh) {
    tellSource('provider')
    return { ...(await keptJourney(out, life, signal)), origin: null }
  }

  const startedMs = performance.now()
  const kept = await deps.answers.find(key).catch((error: unknown) => {
    deps.logger.warn({ err: error }, 'the cache of answers could not be read')
    return null
  })
  const similar = !kept && question ? await deps.similarAnswers.find(question) : null
  const found = kept ?? similar
  if (found) {
    tellSource(kept ? 'cache' : 'similar')
    return giveAgain(found, out, signal, startedMs)
  }
  const arrival = await deps.flights.share(key.toString('base64'), { out, life, signal }, keptJourney)
  if (arrival.kind === 'left')
    return { legs: [], end: { kind: 'failed', error: reasonOf(signal) }, text: '', firstTokenMs: null, origin: null }
  const isOwn = arrival.kind === 'pays'
  tellSource(isOwn ? 'provider' : 'identical')
  return isOwn ? { ...arrival.call, origin: null } : { ...arrival.call, legs: [], origin: originOf(arrival.call) }
}

function tellSource(source: 'provider' | 'cache' | 'similar' | 'identical'): void {
  lookUps.inc({ source })
  annotateActiveSpan({ [attributes.answerSource]: source })
}

/** Characters of a kept answer that are written at a time. */
const PIECE_CHARACTERS = 256

async function giveAgain(
  { text, ...origin }: CachedAnswer,
  out: RouteListener,
  signal: AbortSignal,
  startedMs: number,
): Promise<FoundAnswer> {
  out.started(origin.model, origin.provider, [])
  const firstTokenMs = Math.round(performance.now() - startedMs)
  for (let start = 0; start < text.length && !signal.aborted; start += PIECE_CHARACTERS) {
    await out.text(text.slice(start, start + PIECE_CHARACTERS))
  }
  const end = signal.aborted ? ({ kind: 'failed', error: reasonOf(signal) } as const) : ({ kind: 'finished', reason: 'stop' } as const)
  return { legs: [], end, text, firstTokenMs, origin }
}

function originOf({ legs }: RoutedCall): Origin | null {
  const leg = chargedLegOf(legs)
  return leg?.usage ? { model: leg.model.id, provider: leg.model.provider, priceId: leg.usage.priceId } : null
}

/** Only what the model itself brought to its end is kept; a tool call is for whoever asked. */
function wholeAnswerOf(call: RoutedCall): CachedAnswer | null {
  const origin = originOf(call)
  return call.end.kind === 'finished' && call.end.reason === 'stop' && call.text !== '' && origin ? { ...origin, text: call.text } : null
}

interface Keepsake {
  key: Buffer
  answer: CachedAnswer
  /** Where the answer may be given to similar ones. */
  question: AskedQuestion | null
  userId: string | null
  lifetimeS: number
}

async function keep(
  { answers, similarAnswers, logger }: AnswerDeps,
  { key, answer, question, userId, lifetimeS }: Keepsake,
): Promise<void> {
  try {
    await answers.put(key, answer, userId, lifetimeS)
    if (question) await similarAnswers.remember(question, key)
  } catch (error) {
    logger.warn({ err: error }, 'an answer could not be kept')
  }
}

const reasonOf = ({ reason }: AbortSignal): ProviderError =>
  reason instanceof ProviderError ? reason : new ProviderError('aborted', 'the caller ended the request')
