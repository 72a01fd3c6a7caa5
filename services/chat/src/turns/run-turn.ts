import type { Logger } from '@parley/telemetry'
import type { AfterTurns } from '../chores/after-turns.ts'
import { commonErrors } from '../errors.ts'
import { toMessage } from '../messages/message.ts'
import { metrics } from '../metrics.ts'
import type { Ending } from './ending.ts'
import type { EndedTurn, EndingStore } from './endings.store.ts'
import { persist } from './repetition.ts'
import { interruptionOf, lose, type RunningTurn, writerOf } from './running-turn.ts'
import { turnErrorOf } from './turn-errors.ts'
import { type WriteAnswerDependencies, writeAnswer } from './write-answer.ts'

/** How long a complete answer is held for a database that is away. Live frames last as long. */
const HOLD_MS = 15 * 60_000

export interface RunTurnDependencies extends WriteAnswerDependencies {
  endings: EndingStore
  afterTurns: Pick<AfterTurns, 'ended'>
  logger: Logger
}

/** Takes a leased turn to its end: answer written, stored, and told. Returns early when another owner goes on with it. */
export async function runTurn(deps: RunTurnDependencies, turn: RunningTurn): Promise<void> {
  const ending = await findEnding(deps, turn)
  if (!ending) return
  if (isVoid(ending) && turn.answer.text !== '') turn.answer.restart()
  turn.isEnding = true
  const ended = await storeEnding(deps, turn, ending)
  if (!ended) return lose(turn, deps.logger)
  turn.isStored = true
  const { message } = ended
  if (ending.status === 'failed') turn.answer.end({ type: 'turn.failed', error: ending.error })
  else turn.answer.end({ type: 'turn.completed', message: toMessage(message) })
  metrics.turnsEnded.inc({ status: ending.status, code: ending.status === 'failed' ? ending.error.code : '' })
  deps.afterTurns.ended(turn.work)
}

async function findEnding(deps: RunTurnDependencies, turn: RunningTurn): Promise<Ending | null> {
  if (isGivenAway(turn)) return null
  const nobody = { model: null, provider: null }
  if (turn.errand === 'stop' || (turn.isQueued && interruptionOf(turn) === 'stopped'))
    return { status: 'stopped', chargedCallId: writerOf(turn), ...nobody }
  if (turn.errand === 'give_up') return { status: 'failed', error: turnErrorOf(commonErrors.service_busy()), ...nobody }
  if (turn.errand === 'continue') turn.answer.status('continued', 'The connection was interrupted. Going on with the answer…')
  return writeAnswer(deps, turn)
}

/** Null when the turn belongs to another attempt. While Postgres is away the answer is held and tried again. */
function storeEnding({ endings, logger }: RunTurnDependencies, turn: RunningTurn, ending: Ending): Promise<EndedTurn | null> {
  const { work, answer } = turn
  // The number of the text's last frame; the frame that tells the end has the next one.
  const shown = { text: answer.text, seq: answer.seq, marks: answer.marks }
  // A commit whose confirmation was lost looks like a refused one: what this attempt stored itself is no refusal.
  return persist(async () => (await endings.end(work, shown, ending)) ?? endings.findEnded(work), {
    giveUpAfterMs: HOLD_MS,
    shouldGoOn: () => !isGivenAway(turn),
    onFailure: (error) => {
      metrics.endRetries.inc()
      logger.warn({ err: error, turnId: work.id }, 'an answer could not be stored, holding it')
    },
  })
}

/** What was shown of an answer that was blocked is taken back: nobody is to read it again. */
const isVoid = (ending: Ending): boolean => ending.status === 'failed' && ending.error.code === 'content_blocked'

/** Somebody else takes it to its end. */
const isGivenAway = (turn: RunningTurn): boolean => ['fenced', 'handover'].includes(interruptionOf(turn) ?? '')
