import { randomUUID } from 'node:crypto'
import { broadcasts } from '@parley/contracts'
import type { Bus } from '@parley/messaging'
import { gauge, type Logger } from '@parley/telemetry'
import { type Breaker, type BreakerReason, type BreakerRules, createBreaker, type Verdict } from './breaker.ts'
import { keyOf, type Target } from './target.ts'

/** A request's leave to ask a target. */
export type Permit = 'usual' | 'probe'

/** Which targets are asked, known to all replicas alike. */
export interface Breakers {
  isClosed(target: Target): boolean
  /**
   * May this request ask the target? Null: no. Of a target that is due one request on all replicas may, as `probe`: it has
   * to be judged, whatever becomes of it.
   *
   * @param isLastResort nothing else is left to ask, so that it may be tried earlier
   */
  permit(target: Target, isLastResort: boolean): Promise<Permit | null>
  judge(target: Target, permit: Permit, verdict: Verdict): void
  /** Of a target that has been asked or heard of. */
  stateOf(target: Target): BreakerView
  stop(): void
}

export interface BreakerView {
  state: 'closed' | 'open' | 'half_open'
  failures: number
  reason: BreakerReason | null
  /** Milliseconds from now until one request is let through; null unless open. */
  dueInMs: number | null
  openForMs: number | null
}

interface BreakerDeps {
  bus: Pick<Bus, 'broadcast' | 'onBroadcast' | 'onReconnect' | 'isConnected'>
  rules: BreakerRules
  logger: Logger
}

/** How long a claim waits to hear itself, which takes a millisecond; after that the request asks somebody else. */
const CLAIM_MS = 1_000
/** How long what others know is news to a replica that asked. */
const LEARNING_MS = 3_000

const STATE_NUMBERS = { closed: 0, half_open: 1, open: 2 } as const

/**
 * The body of the broadcast is `<verb> <replica> [milliseconds reason] [provider/model]`: `opened` and `closed` by who saw it,
 * `probing` as a claim (the first one that NATS delivers counts, for all alike), `asking` by a replica that is new, and `known`
 * in answer to it.
 */
export function createBreakers({ bus, rules, logger }: BreakerDeps): Breakers {
  const replica = randomUUID()
  const breakers = new Map<string, Breaker>()
  const claims = new Map<string, (isOurs: boolean) => void>()
  let learningUntilMs = 0

  const now = () => performance.now()
  const breakerOf = (key: string): Breaker => {
    const known = breakers.get(key)
    if (known) return known
    const breaker = createBreaker(rules)
    breakers.set(key, breaker)
    return breaker
  }
  const say = (...words: (string | number)[]) => {
    try {
      bus.broadcast(broadcasts.breaker, words.join(' '))
    } catch (error) {
      // Each replica goes on by what it sees itself.
      logger.debug({ err: error }, 'others could not be told about a breaker')
    }
  }

  function hear(body: string): void {
    const [verb, sender = '', ...rest] = body.split(' ')
    if (verb === 'probing') hearClaim(sender, rest.join(' '))
    else if (sender === replica) return
    else if (verb === 'asking') tellWhatIsKnown()
    else if (verb === 'closed') breakerOf(rest.join(' ')).close()
    else if (verb === 'opened' || verb === 'known') hearOpen(verb, rest)
  }

  function hearOpen(verb: 'opened' | 'known', [forMs, reason, ...key]: string[]): void {
    const breaker = breakerOf(key.join(' '))
    const isNews = verb === 'opened' || (now() < learningUntilMs && breaker.state.name === 'closed')
    if (isNews && Number.isFinite(Number(forMs))) breaker.open(reason as BreakerReason, Number(forMs), now())
  }

  function hearClaim(prober: string, key: string): void {
    const isGiven = breakerOf(key).probe(prober, now())
    if (prober === replica) claims.get(key)?.(isGiven)
  }

  function tellWhatIsKnown(): void {
    for (const [key, { state }] of breakers) {
      if (state.name === 'closed') continue
      say('known', replica, state.name === 'open' ? Math.max(0, Math.round(state.dueMs - now())) : rules.openMs, state.reason, key)
    }
  }

  function learn(): void {
    learningUntilMs = now() + LEARNING_MS
    say('asking', replica)
  }

  function claim(key: string): Promise<boolean> {
    return new Promise((resolve) => {
      // Without NATS a replica decides alone.
      if (!bus.isConnected()) return resolve(breakerOf(key).probe(replica, now()))
      // Another request of this replica is claiming it already.
      if (claims.has(key)) return resolve(false)
      const settle = (isOurs: boolean) => {
        clearTimeout(timer)
        claims.delete(key)
        resolve(isOurs)
      }
      const timer = setTimeout(() => settle(false), CLAIM_MS)
      claims.set(key, settle)
      say('probing', replica, key)
    })
  }

  const stopListening = [bus.onBroadcast(broadcasts.breaker, hear), bus.onReconnect(learn)]
  learn()
  gauge({
    name: 'parley_ai_breaker_state',
    help: 'Whether a model at its provider is asked: 0 yes, 1 one request is finding out, 2 no.',
    labelNames: ['provider', 'model'],
    collect() {
      for (const [key, { state }] of breakers) {
        const at = key.indexOf('/')
        this.set({ provider: key.slice(0, at), model: key.slice(at + 1) }, STATE_NUMBERS[state.name])
      }
    },
  })

  return {
    isClosed: (target) => (breakers.get(keyOf(target))?.state.name ?? 'closed') === 'closed',
    async permit(target, isLastResort) {
      const key = keyOf(target)
      const breaker = breakerOf(key)
      if (breaker.state.name === 'closed') return 'usual'
      return breaker.isDue(now(), isLastResort) && (await claim(key)) ? 'probe' : null
    },
    judge(target, permit, verdict) {
      const key = keyOf(target)
      const breaker = breakerOf(key)
      const change = breaker.judge(verdict, permit === 'probe', now())
      if (change === null) return
      const { state } = breaker
      if (state.name === 'open') say('opened', replica, Math.round(state.dueMs - now()), state.reason, key)
      else say('closed', replica, key)
      logger.warn({ provider: target.provider, model: target.id, ...state }, `a breaker ${change}`)
    },
    stateOf(target) {
      const breaker = breakers.get(keyOf(target))
      const state = breaker?.state ?? { name: 'closed' }
      return {
        state: state.name,
        failures: breaker?.failures ?? 0,
        reason: state.name === 'closed' ? null : state.reason,
        dueInMs: state.name === 'open' ? Math.max(0, Math.round(state.dueMs - now())) : null,
        openForMs: state.name === 'closed' ? null : Math.round(now() - state.sinceMs),
      }
    },
    stop() {
      for (const stop of stopListening) stop()
    },
  }
}
