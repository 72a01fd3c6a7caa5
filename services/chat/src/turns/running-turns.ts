import { setTimeout as delay } from 'node:timers/promises'
import { liveTurnSubject } from '@parley/contracts'
import type { Bus } from '@parley/messaging'
import { attributes, extractTrace, withSpan } from '@parley/telemetry'
import type { AdmissionLimits } from '../admission/limits.ts'
import { createQueue } from '../admission/queue.ts'
import type { Branch } from '../context/context-window.ts'
import { metrics } from '../metrics.ts'
import type { HeldTurn, LeaseStore } from './leases.store.ts'
import { createLiveAnswer, type ShownAnswer } from './live-answer.ts'
import { type RunTurnDependencies, runTurn } from './run-turn.ts'
import { type Errand, interrupt, interruptionOf, lose, type RunningTurn, snapshotOf } from './running-turn.ts'
import type { TurnWork } from './turn.ts'

/** How long a drain waits for answers that are being stored at that moment. */
const DRAIN_MS = 3_000
const NATS_FLUSH_MS = 500
/** How long the end of an answer is kept for readers who cannot be reached; later they read the stored message. */
const UNSENT_END_MS = 60_000

export interface Launch {
  work: TurnWork
  errand: Errand
  shown: ShownAnswer
  /** Taken before the lease was asked for, plus the lease. */
  leaseEndsAtMs: number
  /** It has to wait for room. */
  isQueued: boolean
  /** What its start has read of the conversation. Of no use to a turn that waits: until it may run, answers before it may have ended. */
  branch?: Branch | null
  /** A crash of Postgres cannot take it back. Left out, it is; otherwise nothing is shown before `confirm`. */
  isCertain?: boolean
  /** The call that wrote the last of the text that is shown, where one is known. */
  writerId?: string | null
}

export interface RunningTurnsDependencies extends RunTurnDependencies {
  bus: Bus
  leases: LeaseStore
  limits: AdmissionLimits
}

/** The answers this replica is writing, and those that wait here for room. */
export type RunningTurns = ReturnType<typeof createRunningTurns>

export function createRunningTurns(deps: RunningTurnsDependencies) {
  const { bus, leases, limits, logger } = deps
  /** Those that wait included. */
  const running = new Map<string, RunningTurn>()
  const countRunning = () => running.size - queue.size
  const queue = createQueue({ leases, limits, countRunning, logger })
  const unsentEnds = new Set<RunningTurn>()
  /** Interrupted and not yet given to the others. */
  const leaving = new Set<RunningTurn>()
  let isDatabaseAway = false
  let isDraining = false

  /**
   * Only the owner may show text. While the lease holds by our own clock, nobody else can have taken the turn. After
   * that we may have been paused, so nothing is shown until the database confirms us; unless it is the database that
   * does not answer: then nobody can take the turn, or whoever can says so by a broadcast.
   */
  function mayPublish(turn: RunningTurn): boolean {
    if (!bus.isConnected() || !turn.isCertain) return false
    if (turn.isStored) return true
    return !turn.abort.signal.aborted && (isDatabaseAway || performance.now() < turn.leaseEndsAtMs)
  }

  function create({ work, errand, shown, leaseEndsAtMs, isQueued, branch = null, isCertain = true, writerId = null }: Launch): RunningTurn {
    const subject = liveTurnSubject(work.id)
    const nowMs = performance.now()
    let hasSpoken = false
    const turn: RunningTurn = {
      work,
      errand,
      branch: isQueued ? null : branch,
      answer: createLiveAnswer({
        turnId: work.id,
        shown,
        publish(bytes) {
          // The first word and the end are what a reader waits for.
          bus.publishLive(subject, bytes, { atOnce: !hasSpoken || turn.isStored })
          hasSpoken = true
        },
        mayPublish: () => mayPublish(turn),
      }),
      abort: new AbortController(),
      call: null,
      earlierWriterId: writerId,
      isQueued,
      isCertain,
      leaseEndsAtMs,
      isEnding: false,
      isStored: false,
      acceptedAtMs: nowMs,
      lastSignOfLifeMs: nowMs,
      isWaitingShown: false,
      savedSeq: shown.seq,
      done: Promise.resolve(),
    }
    return turn
  }

  async function run(turn: RunningTurn): Promise<void> {
    const { id, userId, conversationId, attempt, traceParent } = turn.work
    const parent = extractTrace({ traceparent: traceParent ?? undefined })
    const names = {
      [attributes.turnId]: id,
      [attributes.turnAttempt]: attempt,
      [attributes.userId]: userId,
      [attributes.conversationId]: conversationId,
    }
    try {
      if (turn.isQueued) await queue.wait(turn)
      await withSpan('turn run', { parent, attributes: names }, () => runTurn(deps, turn))
    } catch (error) {
      // Whatever it was, the lease runs out and another attempt is made.
      logger.error({ err: error, turnId: id }, 'a turn was dropped')
      interrupt(turn, 'fenced')
    } finally {
      running.delete(id)
      metrics.turnsRunning.dec()
      queue.advance()
      if (!turn.isStored && interruptionOf(turn) === 'handover') leaving.add(turn)
      if (turn.isStored && !turn.answer.isCaughtUp) {
        unsentEnds.add(turn)
        setTimeout(() => unsentEnds.delete(turn), UNSENT_END_MS).unref()
      }
    }
  }

  /** Somebody says that the turn is not ours any more. An answer that is being stored learns it there. */
  function loseUnlessEnding(turn: RunningTurn): void {
    if (!turn.isEnding && !turn.abort.signal.aborted) lose(turn, logger)
  }

  return {
    all: (): RunningTurn[] => [...running.values()],
    find: (id: string): RunningTurn | undefined => running.get(id),

    /** May this replica write one more answer? */
    hasRoom: (): boolean => countRunning() < limits.runningPerReplica,
    /** May one more turn wait here? */
    hasRoomToWait: queue.hasRoom,
    letIn: queue.advance,
    /** How many more answers this replica may write; none on its way out. */
    freeRoom: (): number => (isDraining ? 0 : limits.runningPerReplica - countRunning()),
    /** Does anybody wait because this replica is full? */
    isHeldUp: (): boolean => queue.isHeldUp,

    /** Begins with a turn this replica has the lease of. A replica on its way out leaves it to the others at once. */
    launch(launch: Launch): RunningTurn {
      const turn = create(launch)
      if (!launch.shown.isExact) turn.answer.restart(launch.shown.text)
      running.set(launch.work.id, turn)
      metrics.turnsRunning.inc()
      turn.done = run(turn)
      if (isDraining) interrupt(turn, 'handover')
      return turn
    },

    /** What was written of it meanwhile is shown. */
    confirm(turn: RunningTurn): void {
      turn.isCertain = true
      turn.answer.catchUp()
    },

    lose: loseUnlessEnding,

    /** What the database answered when it was asked for these leases: which are still ours until then, and which are to stop. */
    noteHeld(turns: RunningTurn[], held: HeldTurn[], leaseEndsAtMs: number): void {
      isDatabaseAway = false
      const heldById = new Map(held.map((row) => [row.id, row]))
      for (const turn of turns) {
        const row = heldById.get(turn.work.id)
        if (!row) loseUnlessEnding(turn)
        else turn.leaseEndsAtMs = Math.max(turn.leaseEndsAtMs, leaseEndsAtMs)
        if (row?.isStopRequested) interrupt(turn, 'stopped')
      }
    },

    /** It did not answer. */
    noteDatabaseAway(): void {
      isDatabaseAway = true
    },

    /** Sends what readers have missed while they could not be reached. */
    catchUp(): void {
      for (const { answer } of running.values()) answer.catchUp()
      for (const turn of unsentEnds) {
        turn.answer.catchUp()
        if (turn.answer.isCaughtUp) unsentEnds.delete(turn)
      }
    },

    /** Stops writing, everywhere at once, and leaves the turns to other replicas, also those that are launched later. */
    async handOver(): Promise<void> {
      isDraining = true
      for (const turn of running.values()) interrupt(turn, 'handover')
      const written = Promise.all([...running.values()].map(({ done }) => done))
      await Promise.race([written, delay(DRAIN_MS, undefined, { ref: false })])
      if (leaving.size === 0) return
      // The next owner's first frame must not overtake our last one.
      if (bus.isConnected()) await Promise.race([bus.flush(), delay(NATS_FLUSH_MS, undefined, { ref: false })])
      const turns = [...leaving]
      leaving.clear()
      await leases.handOver(turns.map(snapshotOf))
      logger.info({ turns: turns.length }, 'running turns handed over')
    },
  }
}
