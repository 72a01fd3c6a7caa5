import { type Repetition, repeat } from './repetition.ts'
import { CLAIMS_AT_ONCE, type TakeOverDependencies, takeOver } from './take-over.ts'

/** Looks for turns that lost their owner. */
export function watchForLostTurns(deps: TakeOverDependencies): Repetition {
  return repeat(
    async () => {
      while ((await takeOver(deps)) === CLAIMS_AT_ONCE);
    },
    {
      everyMs: deps.clocks.takeOverMs,
      onError: (error) => deps.logger.warn({ err: error }, 'the search for lost turns failed'),
    },
  )
}
