import type { Model } from '../catalogue/catalogue.ts'
import { type Leg, OUTRUN, type RunningLeg } from './leg.ts'

/** Asks one target; `mayAnswer` as in LegListener. */
export type Ask = (model: Model, mayAnswer: () => boolean) => RunningLeg

/**
 * Asks `first`, and `second` as well where the first gives no sign of an answer for `afterMs`. Whoever gives the first sign
 * answers, the other one is stopped.
 *
 * @returns the leg that answered; where neither did, the second one's
 */
export async function askHedged(ask: Ask, first: Model, second: Model, afterMs: number): Promise<Leg> {
  const racers: RunningLeg[] = []
  let winner: RunningLeg | undefined
  const enter = (model: Model): RunningLeg => {
    const racer = ask(model, () => {
      if (winner) return false
      winner = racer
      for (const other of racers) if (other !== racer) other.abort(OUTRUN)
      return true
    })
    racers.push(racer)
    return racer
  }

  const runner = enter(first)
  let timer: NodeJS.Timeout | undefined
  const isLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(winner === undefined), afterMs)
  })
  const isHedging = await Promise.race([isLate, runner.done.then(() => false)])
  clearTimeout(timer)
  if (!isHedging) return runner.done
  const rival = enter(second)
  const [one, other] = await Promise.all([runner.done, rival.done])
  if (winner) return winner === runner ? one : other
  return other
}
