import type { Model } from '../catalogue/catalogue.ts'
import { ProviderError } from '../providers/provider-error.ts'
import type { Candidate } from './candidates.ts'
import { type Leg, OUTRUN, type RunningLeg } from './leg.ts'
import { until } from './wait-queue.ts'

/** A target that is asked, and for how long nobody else is looked for while it gives no sign of an answer. */
export interface Entrant extends Candidate {
  patienceMs: number
}

/** What is done about silence: those that are asked are given up for somebody else, or one more is asked besides them. */
export type Relief = 'instead' | Entrant

export interface RaceDeps {
  /**
   * Asks one target.
   *
   * @param win called at its first sign of an answer. Returns who was too slow and is given up for it; null when another one
   * was first, and it may not answer
   */
  ask(entrant: Entrant, win: () => readonly Model[] | null): RunningLeg
  /** Whoever can help; null while nobody can. */
  relieve(silent: readonly Model[], isFirstLook: boolean): Promise<Relief | null>
  /** A relief that came too late and is not asked. */
  dismiss(relief: Entrant): void
}

interface Racer extends Entrant {
  slowFromMs: number
  leg?: RunningLeg
}

/** While nobody can help: how often to look again, since somebody may be asked again at any moment. */
const LOOK_AGAIN_MS = 250
/** Without a reason Node would make one for each race, with a stack that nobody reads: a hundredth of a whole call. */
const DECIDED = 'decided'

/**
 * Asks `first`, and whoever can help while it is silent. The first sign of an answer decides who answers; the others are
 * stopped.
 *
 * @param lookAfterMs when to look for help for the first time
 * @returns the leg that answered; where none did, the last one that ended. All have ended by then
 */
export async function race({ ask, relieve, dismiss }: RaceDeps, first: Entrant, lookAfterMs: number): Promise<Leg> {
  /** Those that run and have given no sign, while it is open who answers. */
  const silent = new Set<Racer>()
  const ends: Promise<void>[] = []
  const ended: Leg[] = []
  /** Somebody answers, or nobody is left who could. */
  const decision = new AbortController()
  let winner: Racer | undefined

  function win(racer: Racer): readonly Model[] | null {
    if (!silent.delete(racer)) return null
    winner = racer
    const losers = [...silent]
    silent.clear()
    decision.abort(DECIDED)
    const nowMs = performance.now()
    for (const loser of losers) loser.leg?.abort(loser.slowFromMs <= nowMs ? tooSlow(loser) : OUTRUN)
    return losers.filter(({ slowFromMs }) => slowFromMs <= nowMs).map(({ model }) => model)
  }

  function enter(entrant: Entrant): void {
    const racer: Racer = { ...entrant, slowFromMs: performance.now() + entrant.patienceMs }
    silent.add(racer)
    racer.leg = ask(entrant, () => win(racer))
    const end = racer.leg.done.then((leg) => {
      ended.push(leg)
      silent.delete(racer)
      if (silent.size === 0) decision.abort(DECIDED)
    })
    ends.push(end)
  }

  /** Resolves early, as false, when it is decided. */
  async function isSilentFor(durationMs: number): Promise<boolean> {
    await until(decision.signal, (done) => {
      const timer = setTimeout(done, durationMs)
      return () => clearTimeout(timer)
    })
    return !decision.signal.aborted
  }

  enter(first)
  let lookMs = lookAfterMs
  for (let look = 1; await isSilentFor(lookMs); look += 1) {
    const models = [...silent].map(({ model }) => model)
    const relief = await relieve(models, look === 1)
    if (decision.signal.aborted) {
      if (relief !== null && relief !== 'instead') dismiss(relief)
      break
    }
    if (relief === 'instead') {
      for (const racer of silent) racer.leg?.abort(tooSlow(racer))
      break
    }
    if (relief) enter(relief)
    lookMs = Math.max(LOOK_AGAIN_MS, ...[...silent].map(({ slowFromMs }) => slowFromMs - performance.now()))
  }
  await Promise.all(ends)
  const leg = (await winner?.leg?.done) ?? ended.at(-1)
  if (!leg) throw new Error('a race ended without a leg')
  return leg
}

const tooSlow = ({ patienceMs }: Entrant): ProviderError =>
  new ProviderError('timeout', `no first token within ${Math.round(patienceMs)} ms, and another target can be asked`)
