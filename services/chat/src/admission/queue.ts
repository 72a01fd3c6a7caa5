import type { Logger } from '@parley/telemetry'
import { metrics } from '../metrics.ts'
import type { LeaseStore } from '../turns/leases.store.ts'
import { attemptOf, type RunningTurn } from '../turns/running-turn.ts'
import { type AdmissionLimits, slotsOf } from './limits.ts'

export interface QueueDependencies {
  leases: Pick<LeaseStore, 'promote'>
  limits: AdmissionLimits
  /** Answers this replica is writing. */
  countRunning: () => number
  logger: Logger
}

interface Entry {
  turn: RunningTurn
  shownPlace: number
  go: () => void
}

const idOf = ({ turn }: Entry): string => turn.work.assistantMessageId

export type Queue = ReturnType<typeof createQueue>

/**
 * The turns this replica holds until there is room: for one more answer here, and among the answers of their user.
 * They are rows with a lease like running ones, so that they outlive the replica; the order is that of their arrival.
 */
export function createQueue({ leases, limits, countRunning, logger }: QueueDependencies) {
  const entries = new Map<string, Entry>()
  let isAdvancing = false
  let isAdvanceDue = false

  /** As they were asked, also those of a lost replica, which come in any order: ids of answers are made one after the other. */
  const inOrder = (): Entry[] => [...entries.values()].sort((one, other) => (idOf(one) < idOf(other) ? -1 : 1))

  const room = (): number => limits.runningPerReplica - countRunning()

  /** The oldest of each user, as many as there is room for. */
  function candidates(): Entry[] {
    const firsts = new Map<string, Entry>()
    for (const entry of inOrder()) {
      const { userId } = entry.turn.work
      if (!firsts.has(userId)) firsts.set(userId, entry)
    }
    return [...firsts.values()].slice(0, Math.max(0, room()))
  }

  async function promoteSome(): Promise<void> {
    const chosen = candidates()
    if (chosen.length === 0) return
    const promoted = new Set(
      await leases.promote(
        chosen.map(({ turn }) => ({ ...attemptOf(turn), userId: turn.work.userId, slots: slotsOf(limits, turn.work.plan).running })),
      ),
    )
    for (const { turn, go } of chosen) if (promoted.has(turn.work.id)) go()
    // A user's next one may have a place, too.
    if (promoted.size > 0) isAdvanceDue = true
  }

  async function advanceAll(): Promise<void> {
    while (isAdvanceDue) {
      isAdvanceDue = false
      await promoteSome()
    }
    showPlaces()
  }

  /** Those before it that are in its way: all of them while the replica is full, else its user's own. */
  function showPlaces(): void {
    const isFull = room() <= 0
    const ofUser = new Map<string, number>()
    let all = 0
    for (const entry of inOrder()) {
      const { userId } = entry.turn.work
      const own = (ofUser.get(userId) ?? 0) + 1
      ofUser.set(userId, own)
      all += 1
      const place = isFull ? all : own
      if (place === entry.shownPlace) continue
      entry.shownPlace = place
      entry.turn.answer.status('waiting', `Waiting for its turn: place ${place}.`, place)
    }
  }

  function advance(): void {
    if (entries.size === 0) return
    isAdvanceDue = true
    if (isAdvancing) return
    isAdvancing = true
    // After this moment: turns of a lost replica come in together, and the oldest of them goes first.
    void Promise.resolve()
      .then(advanceAll)
      .catch((error: unknown) => logger.warn({ err: error }, 'waiting turns could not be let in'))
      .finally(() => {
        isAdvancing = false
        // Room may have come between the last look and this moment.
        if (isAdvanceDue) advance()
      })
  }

  return {
    get size(): number {
      return entries.size
    },

    /** Does anybody wait because this replica is full? */
    get isHeldUp(): boolean {
      return entries.size > 0 && room() <= 0
    },

    /** May one more turn wait here? */
    hasRoom: (): boolean => entries.size < limits.queuedPerReplica,

    /** Resolves when the turn may run, or when it was interrupted. */
    wait(turn: RunningTurn): Promise<void> {
      const { id } = turn.work
      const { signal } = turn.abort
      return new Promise((resolve) => {
        const leave = () => {
          entries.delete(id)
          metrics.turnsQueued.dec()
          signal.removeEventListener('abort', leave)
          resolve()
        }
        entries.set(id, {
          turn,
          shownPlace: 0,
          go() {
            turn.isQueued = false
            leave()
          },
        })
        metrics.turnsQueued.inc()
        if (signal.aborted) return leave()
        signal.addEventListener('abort', leave)
        advance()
      })
    },

    /** Looks whether somebody may go on. Called when an answer has ended here, and now and then for those that end elsewhere. */
    advance,
  }
}
