import { setTimeout as delay } from 'node:timers/promises'
import { broadcasts, liveTurnSubject } from '@parley/contracts'
import type { Bus } from '@parley/messaging'
import { attributes, extractTrace, type Logger, withSpan } from '@parley/telemetry'
import { metrics } from '../metrics.ts'
import type { Clocks } from './clocks.ts'
import { marksOf } from './frame-marks.ts'
import type { ClaimedTurn, LeaseStore } from './leases.store.ts'
import type { Launch, RunningTurns } from './running-turns.ts'
import { rebuildShown } from './shown-answer.ts'

/** Small, so that the turns of a lost replica spread over the others. */
export const CLAIMS_AT_ONCE = 25
/** A turn that took this many owners with it is not given a further one. */
const MAX_LOST_OWNERS = 4
const REPLAY_TIMEOUT_MS = 2_000
/**
 * An owner that is cut off from Postgres alone goes on showing text until it hears of the claim. What it has said by then
 * is part of the answer. What it says later is fenced off by its numbers (`rebuildShown`): this only keeps readers from having
 * to take back what they have read.
 */
const CLAIM_HEARD_MS = 200

export interface TakeOverDependencies {
  owner: string
  running: RunningTurns
  leases: LeaseStore
  bus: Bus
  clocks: Clocks
  logger: Logger
}

/** Takes turns whose lease has ended and goes on with what their readers have seen. Returns how many. */
export async function takeOver(deps: TakeOverDependencies): Promise<number> {
  const { owner, running, leases, clocks } = deps
  const leaseEndsAtMs = performance.now() + clocks.leaseMs
  // A turn of our own whose renewal is late is still ours: the renewal decides.
  const except = running.all().map(({ work }) => work.id)
  const claimed = await leases.claim({ owner, leaseMs: clocks.leaseMs, limit: CLAIMS_AT_ONCE, except })
  const goOn = async (turn: ClaimedTurn) => running.launch(await prepare(deps, turn, leaseEndsAtMs))
  const goOnWaiting = async (turns: ClaimedTurn[]) => {
    const launches = await Promise.all(turns.map((turn) => prepare(deps, turn, leaseEndsAtMs)))
    // One that came into the queue before those that were asked earlier would be let in before them.
    for (const launch of launches) running.launch(launch)
  }
  const waiting = claimed.filter(({ isQueued }) => isQueued)
  await Promise.all([goOnWaiting(waiting), ...claimed.filter(({ isQueued }) => !isQueued).map(goOn)])
  return claimed.length
}

/** Lets the lost owner hear of it, and finds out what it has shown. */
export async function prepare(
  { bus, logger }: Pick<TakeOverDependencies, 'bus' | 'logger'>,
  claimed: ClaimedTurn,
  leaseEndsAtMs: number,
  reason: 'lost_owner' | 'handover' | 'waiting' = claimed.isOwnerLost ? 'lost_owner' : 'handover',
): Promise<Launch> {
  const { text, seq, marksFromSeq, marks, lostOwners, isOwnerLost, isStopRequested, isQueued, writerId, ...work } = claimed
  const parent = extractTrace({ traceparent: work.traceParent ?? undefined })
  const names = { [attributes.turnId]: work.id, [attributes.turnAttempt]: work.attempt }
  return withSpan('turn take over', { parent, attributes: names }, async () => {
    bus.broadcast(broadcasts.turnClaimed, `${work.id} ${work.attempt}`)
    if (isOwnerLost && bus.isConnected()) await delay(CLAIM_HEARD_MS)
    const stored = { text, seq, marks: marksOf(marksFromSeq, marks) }
    const shown = rebuildShown(stored, await readFrames(bus, work.id, logger), { isOwnerLost })
    const errand = isStopRequested ? 'stop' : lostOwners > MAX_LOST_OWNERS ? 'give_up' : isQueued ? 'answer' : 'continue'
    metrics.turnsClaimed.inc({ reason })
    logger.info({ turnId: work.id, attempt: work.attempt, lostOwners, reason, errand, isExact: shown.isExact }, 'turn taken over')
    return { work, errand, shown, leaseEndsAtMs, isQueued, writerId }
  })
}

/** All live frames of a turn; null when they cannot be read in time. */
async function readFrames(bus: Bus, turnId: string, logger: Logger): Promise<Uint8Array[] | null> {
  if (!bus.isConnected()) return null
  const late = delay(REPLAY_TIMEOUT_MS, null, { ref: false })
  return Promise.race([collect(bus.replayLive(liveTurnSubject(turnId))), late]).catch((error: unknown) => {
    logger.warn({ err: error, turnId }, 'live frames could not be replayed')
    return null
  })
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
