import type { Connection, Timers } from './connection.ts'
import {
  isTurnFrame,
  type ServerMessage,
  type TurnError,
  type TurnFrame,
  type TurnIds,
  type TurnSnapshot,
  type TurnStart,
} from './protocol.ts'
import { acceptTurn, adoptSnapshot, applyFrame, isOver, type LiveTurn, newTurn, rejectTurn } from './turn.ts'

export interface TurnClientDeps {
  connection: Pick<Connection, 'send'>
  timers: Timers
  /** GET /turns/:id; null when the server does not know the turn. */
  loadTurn: (turnId: string) => Promise<TurnSnapshot | null>
  /** After every change of a turn. */
  onTurn: (turn: LiveTurn) => void
}

export interface TurnClient {
  /** Sends a question, now or as soon as there is a connection. Repeating it is harmless. */
  begin(start: Omit<TurnStart, 'type'>): void
  /** Takes up a turn that runs on the server: after a reload, from another device, from a regenerate. */
  follow(turnId: string, known?: TurnSnapshot): void
  /** Takes up a turn that begins just now, from its first word. */
  followFromStart(ids: TurnIds): void
  stop(turnId: string): void
  handle(message: ServerMessage): void
  /** The connection is there (again): say what was not said, ask for what was missed. */
  handleOnline(): void
  /** Ends without a word to the server. */
  forgetAll(): void
}

interface Entry {
  turn: LiveTurn
  /** Kept until the server accepted it. */
  unaccepted: TurnStart | null
  timesSent: number
  isStopWanted: boolean
  /** `afterSeq` of the resume that is under way: asking for the same thing twice helps nobody. */
  resumingAfter: number | null
  watchdog: unknown
}

/** A running turn that makes no progress for so long is looked after. */
const SILENCE_MS = 15_000
/** What a resume did not bring by then is no longer kept as frames: the turn is read anew. */
const RESUME_MS = 3_000

/** All turns of this page that are not over: one reducer each, over one connection. */
export function createTurnClient({ connection, timers, loadTurn, onTurn }: TurnClientDeps): TurnClient {
  const entries = new Map<string, Entry>()
  /** Those that this page has seen to their end: news of them may come late, and by several ways. */
  const ended = new Set<string>()

  const add = (turn: LiveTurn, unaccepted: TurnStart | null): Entry => {
    const entry: Entry = { turn, unaccepted, timesSent: 0, isStopWanted: false, resumingAfter: null, watchdog: null }
    entries.set(turn.id, entry)
    return entry
  }

  const isKnown = (turnId: string) => entries.has(turnId) || ended.has(turnId)

  const watch = (entry: Entry, ms: number) => {
    timers.clear(entry.watchdog)
    entry.watchdog = timers.set(() => void checkOn(entry), ms)
  }

  const update = (entry: Entry, turn: LiveTurn) => {
    if (turn === entry.turn) return
    entry.turn = turn
    timers.clear(entry.watchdog)
    if (isOver(turn)) {
      entries.delete(turn.id)
      ended.add(turn.id)
    } else watch(entry, SILENCE_MS)
    onTurn(turn)
  }

  const resume = (entry: Entry) => {
    const afterSeq = entry.turn.seq
    if (entry.resumingAfter === afterSeq) return
    if (!connection.send({ type: 'turn.resume', turnId: entry.turn.id, afterSeq })) return
    entry.resumingAfter = afterSeq
    watch(entry, RESUME_MS)
  }

  /** The server could not resume just now: in a moment again, with a look at the stored state. */
  const retryResume = (entry: Entry) => {
    entry.resumingAfter = null
    watch(entry, RESUME_MS)
  }

  const sendStart = (entry: Entry, start: TurnStart) => {
    if (connection.send(start)) entry.timesSent += 1
  }

  const sendStop = (entry: Entry) => {
    // Before it is accepted there is nothing to stop yet.
    if (entry.isStopWanted && !entry.unaccepted) connection.send({ type: 'turn.stop', turnId: entry.turn.id })
  }

  const apply = (entry: Entry, frame: TurnFrame) => {
    const { turn, needs } = applyFrame(entry.turn, frame)
    if (turn.seq !== entry.turn.seq) entry.resumingAfter = null
    update(entry, turn)
    if (needs === 'resume') resume(entry)
  }

  /** The stored state, then everything behind it. Failing that, the watchdog comes again. */
  const checkOn = async (entry: Entry) => {
    watch(entry, SILENCE_MS)
    if (entry.unaccepted) return sendStart(entry, entry.unaccepted)
    const snapshot = await loadTurn(entry.turn.id).catch(() => undefined)
    if (entries.get(entry.turn.id) !== entry) return
    if (snapshot === null) return update(entry, rejectTurn(entry.turn, GONE))
    const seqBefore = entry.turn.seq
    if (snapshot) update(entry, adoptSnapshot(entry.turn, snapshot))
    if (isOver(entry.turn)) return
    // A resume that brought nothing is not repeated at once: perhaps there is nothing to bring.
    if (entry.resumingAfter === seqBefore && entry.turn.seq === seqBefore) entry.resumingAfter = null
    else resume(entry)
  }

  return {
    begin(start) {
      ended.delete(start.id)
      timers.clear(entries.get(start.id)?.watchdog)
      const message: TurnStart = { type: 'turn.start', ...start }
      const entry = add(newTurn(start.id, start.conversationId), message)
      onTurn(entry.turn)
      watch(entry, SILENCE_MS)
      sendStart(entry, message)
    },
    follow(turnId, known) {
      if (isKnown(turnId)) return
      const entry = add({ ...newTurn(turnId, null), phase: 'running' }, null)
      if (!known) return void checkOn(entry)
      update(entry, adoptSnapshot(entry.turn, known))
      if (!isOver(entry.turn)) resume(entry)
    },
    followFromStart(ids) {
      if (isKnown(ids.turnId)) return
      const entry = add(newTurn(ids.turnId, null), null)
      update(entry, acceptTurn(entry.turn, ids))
      resume(entry)
    },
    stop(turnId) {
      const entry = entries.get(turnId)
      if (!entry) return
      entry.isStopWanted = true
      sendStop(entry)
    },
    handle(message) {
      if (message.type === 'turn.accepted') {
        const entry = entries.get(message.turnId)
        if (!entry) return
        entry.unaccepted = null
        update(entry, acceptTurn(entry.turn, message))
        // The first sending may have been taken and its frames gone to the connection that broke.
        if (entry.timesSent > 1) resume(entry)
        sendStop(entry)
      } else if (message.type === 'error' && message.id) {
        const entry = entries.get(message.id)
        if (entry?.unaccepted) update(entry, rejectTurn(entry.turn, message.error))
        else if (entry) retryResume(entry)
      } else if (isTurnFrame(message)) {
        const entry = entries.get(message.turnId)
        if (entry) apply(entry, message)
      }
    },
    handleOnline() {
      for (const entry of entries.values()) {
        entry.resumingAfter = null
        if (entry.unaccepted) sendStart(entry, entry.unaccepted)
        else resume(entry)
        sendStop(entry)
      }
    },
    forgetAll() {
      for (const entry of entries.values()) timers.clear(entry.watchdog)
      entries.clear()
      ended.clear()
    },
  }
}

const GONE: TurnError = { code: 'turn_not_found', message: 'This answer is no longer there.' }
