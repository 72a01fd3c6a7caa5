import { isLastFrame, liveTurnSubject } from '@parley/contracts'
import type { Bus } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import { createFrameOrder } from './frame-order.ts'
import { createSlots } from './slots.ts'
import { isOver, type StoredTurn, storedFrames } from './stored-frames.ts'

/** Frames that may wait while older ones are fetched; beyond this they are fetched as well. */
const MAX_WAITING_FRAMES = 5_000
/**
 * Core NATS delivers at most once, and a replica of chat may be killed between ending a turn and telling it: a turn that is
 * quiet for so long is looked up. F-1 leaves 10 s for that.
 */
const QUIET_MS = 8_000
/** The same for the first frame: a start that was sent twice may find its turn written already. */
const FIRST_QUIET_MS = 2_000
/** How soon to look again when something is missing that is not stored anywhere yet. */
const RETRY_MS = 1_000

/** All followers come at once when the bus is back. */
const replaySlot = createSlots(32)

export interface FollowTurnOptions {
  bus: Pick<Bus, 'subscribeLive' | 'replayLive' | 'onReconnect' | 'isConnected'>
  turnId: string
  /** The last frame the reader has. */
  afterSeq: number
  /** What is stored of the turn, and what of it is missing after a frame; asked for on behalf of the reader. */
  loadTurn: (afterSeq: number) => Promise<StoredTurn>
  /** One frame: in order, each number once, none left out. */
  deliver: (bytes: Uint8Array, seq: number) => void
  /** After the last frame. */
  onEnd: () => void
  logger: Logger
}

export interface TurnFollower {
  readonly lastSeq: number
  /**
   * Lets frames through. `new`: the turn begins now and nothing can have been missed. Otherwise what is stored of it,
   * and the frames since `afterSeq` are fetched first.
   */
  open(turn: 'new' | StoredTurn): void
  stop(): void
}

/**
 * Brings the frames of one turn to one reader, without gap or repeat, from `afterSeq` to the end.
 *
 * It listens first and holds back what arrives. What is missing is taken from the frames the live stream keeps, and
 * where that does not have them any more from the text the chat service stored. This happens when a number is left
 * out, when the bus comes back after a break, and when the turn is quiet for long.
 */
export function followTurn({ bus, turnId, afterSeq, loadTurn, deliver, onEnd, logger }: FollowTurnOptions): TurnFollower {
  const subject = liveTurnSubject(turnId)
  let state: 'held' | 'live' | 'catching-up' | 'stopped' = 'held'
  let waiting: Uint8Array[] = []
  let isCatchUpDue = false
  let stored: StoredTurn | null = null
  /** Where an earlier look found nothing more, although there should be: then the stored text has to do. */
  let stuckAtSeq = -1
  let timer: NodeJS.Timeout | undefined
  let timerMs = 0

  const order = createFrameOrder({
    afterSeq,
    deliver(bytes, seq) {
      deliver(bytes, seq)
      if (isLastFrame(bytes)) end()
    },
  })

  const isStopped = (): boolean => state === 'stopped'

  /** Asked for at every frame: the timer that runs already is only wound up again. */
  function lookAgainIn(ms: number): void {
    if (timer && timerMs === ms) {
      timer.refresh()
      return
    }
    clearTimeout(timer)
    timer = setTimeout(catchUp, ms)
    timerMs = ms
  }

  function receive(bytes: Uint8Array): void {
    if (state === 'stopped') return
    if (state !== 'live') hold(bytes)
    else if (order.accept(bytes) === 'gap') {
      hold(bytes)
      catchUp()
    } else if (!isStopped()) lookAgainIn(QUIET_MS)
  }

  function hold(bytes: Uint8Array): void {
    if (waiting.length < MAX_WAITING_FRAMES) waiting.push(bytes)
    else isCatchUpDue = true
  }

  /** Takes what was held back as far as it fits. False when something of it does not: frames before it are missing. */
  function takeWaiting(): boolean {
    const frames = waiting
    waiting = []
    for (const bytes of frames) if (!isStopped() && order.accept(bytes) === 'gap') waiting.push(bytes)
    return waiting.length === 0
  }

  function catchUp(): void {
    if (state === 'stopped' || state === 'held') return
    isCatchUpDue = true
    if (state === 'catching-up') return
    state = 'catching-up'
    void runCatchUp()
  }

  async function runCatchUp(): Promise<void> {
    let isComplete = true
    while (isCatchUpDue && !isStopped()) {
      isCatchUpDue = false
      const seqBefore = order.lastSeq
      const known = stored
      stored = null
      const isReplayed = await replay()
      const hasNoGap = takeWaiting() && isReplayed
      isComplete = (hasNoGap && order.lastSeq > seqBefore) || isStopped() || (await fillFromStored(known, hasNoGap))
    }
    if (isStopped()) return
    state = 'live'
    stuckAtSeq = isComplete ? -1 : order.lastSeq
    lookAgainIn(isComplete ? QUIET_MS : RETRY_MS)
  }

  /** False when the live stream does not have every frame from here on. */
  async function replay(): Promise<boolean> {
    if (!bus.isConnected()) return false
    let hasGap = false
    try {
      await replaySlot(async () => {
        for await (const bytes of bus.replayLive(subject)) {
          if (isStopped()) return
          if (order.accept(bytes) === 'gap') hasGap = true
        }
      })
      return !hasGap
    } catch (error) {
      logger.warn({ err: error, turnId }, 'live frames could not be replayed')
      return false
    }
  }

  /** True when the reader then has everything there is. */
  async function fillFromStored(known: StoredTurn | null, hasNoGap: boolean): Promise<boolean> {
    const turn =
      known ??
      (await loadTurn(order.lastSeq).catch((error: unknown) => logger.warn({ err: error, turnId }, 'a turn could not be looked up')))
    if (!turn || isStopped()) return isStopped()
    // Meanwhile its frames may have come: they are better than the text.
    const isFollowed = takeWaiting() && hasNoGap
    if (isStopped() || (isFollowed && !isOver(turn) && turn.seq <= order.lastSeq)) return true
    // A frame can be a moment behind the database: a running turn is given a second look first.
    if (!isOver(turn) && stuckAtSeq !== order.lastSeq) return false
    // The reader has got on since: what he misses now has to be asked for.
    if (turn.missed && turn.missed.afterSeq !== order.lastSeq) return false
    for (const bytes of storedFrames(turn, order.lastSeq)) if (!isStopped()) order.accept(bytes)
    if (isOver(turn)) end()
    return isStopped() || takeWaiting()
  }

  function stop(): void {
    if (state === 'stopped') return
    state = 'stopped'
    clearTimeout(timer)
    unsubscribe()
    stopListening()
    waiting = []
  }

  function end(): void {
    if (state === 'stopped') return
    stop()
    onEnd()
  }

  const unsubscribe = bus.subscribeLive(subject, receive)
  const stopListening = bus.onReconnect(catchUp)

  return {
    get lastSeq() {
      return order.lastSeq
    },
    open(turn) {
      if (state !== 'held') return
      state = 'live'
      const hasNoGap = takeWaiting()
      if (isStopped()) return
      if (turn !== 'new') stored = turn
      if (turn !== 'new' || !hasNoGap) catchUp()
      else lookAgainIn(order.lastSeq > afterSeq ? QUIET_MS : FIRST_QUIET_MS)
    },
    stop,
  }
}
