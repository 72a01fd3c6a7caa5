import type { socketApi } from '@parley/contracts/public'
import type { Person } from '@parley/testing'
import { v7 as newId } from 'uuid'
import type { Random } from '../random.ts'
import { openLine } from './line.ts'
import type { Script } from './script.ts'
import { newRecord, type TurnEnd, type TurnRecord } from './turn-record.ts'

export interface Question {
  script: Script
  conversationId?: string | null
  /** Catalogue id; the platform's choice without it. */
  model?: string
  expectedEnd?: TurnEnd
  /** Say stop as soon as it is accepted. */
  isStopWanted?: boolean
}

/** A person who asks and reads, and whose program deals with a broken line as the web app does. */
export interface ChatClient {
  person: Person
  /** The gateway replica it is connected to; null when it is not. */
  readonly gateway: string | null
  /** Resolves with the record when the turn has ended, however; never rejects, and waits as long as it takes. */
  ask(question: Question): { record: TurnRecord; ended: Promise<TurnRecord> }
  close(): void
}

/** A running turn that shows nothing new for so long is asked for again. */
const SILENCE_MS = 15_000
const RETRY_MS = 1_000
const REPEATS_MS = 3_000
/** Refusals that time mends: the person asks again. */
const temporary = new Set(['service_busy', 'timeout', 'rate_limited'])

interface Entry {
  record: TurnRecord
  start: Extract<socketApi.ClientMessage, { type: 'turn.start' }>
  isStopWanted: boolean
  lostAtMs: number | null
  /** Asked again on a line that was not broken: until then frames that were on their way may come twice. */
  mayRepeatUntilMs: number
  watchdog: NodeJS.Timeout | undefined
  resolve: (record: TurnRecord) => void
}

type TurnFrame = socketApi.TurnFrame

export function openChatClient(options: { person: Person; origin: string; gateways: () => string[]; random: Random }): ChatClient {
  const { person } = options
  const entries = new Map<string, Entry>()
  const line = openLine({ ...options, cookie: person.cookie, onMessage: handle, onOnline: catchUp, onLost: noteLoss })

  function catchUp(): void {
    for (const entry of entries.values()) if (entry.lostAtMs !== null || entry.record.acceptedAtMs === null) proceed(entry)
  }

  function noteLoss(): void {
    const nowMs = performance.now()
    for (const entry of entries.values()) {
      entry.lostAtMs ??= nowMs
      entry.mayRepeatUntilMs = 0
    }
  }

  /** Says what was not said yet, or asks for what was missed. */
  function proceed(entry: Entry): void {
    const { record } = entry
    watch(entry, SILENCE_MS)
    if (record.acceptedAtMs === null) line.send(entry.start)
    else {
      line.send({ type: 'turn.resume', turnId: record.id, afterSeq: record.seq })
      sendStop(entry)
    }
  }

  function sendStop({ isStopWanted, record }: Entry): void {
    if (isStopWanted) line.send({ type: 'turn.stop', turnId: record.id })
  }

  function watch(entry: Entry, ms: number): void {
    clearTimeout(entry.watchdog)
    entry.watchdog = setTimeout(() => {
      entry.mayRepeatUntilMs = performance.now() + REPEATS_MS
      proceed(entry)
    }, ms)
  }

  function handle(message: socketApi.ServerMessage): void {
    if (message.type === 'error') {
      const entry = message.id === undefined ? undefined : entries.get(message.id)
      if (entry) refused(entry, message.error)
      return
    }
    if (!('turnId' in message)) return
    const entry = entries.get(message.turnId)
    if (!entry) return
    if (message.type === 'turn.accepted') accepted(entry, message.conversationId)
    else if ('seq' in message) takeFrame(entry, message)
  }

  function accepted(entry: Entry, conversationId: string): void {
    const { record } = entry
    if (record.acceptedAtMs !== null) return
    record.acceptedAtMs = performance.now()
    record.conversationId = conversationId
    sendStop(entry)
  }

  /** An error to a start that was not accepted is its refusal; later it is about a resume or a stop, which are asked again. */
  function refused(entry: Entry, error: { code: string; message: string; retryAfter?: number }): void {
    const { record } = entry
    if (record.acceptedAtMs !== null) watch(entry, RETRY_MS)
    else if (temporary.has(error.code)) askAgain(entry, error)
    else {
      record.error = error
      finish(entry, 'failed')
    }
  }

  function askAgain(entry: Entry, { code, retryAfter = 1 }: { code: string; retryAfter?: number }): void {
    const { record } = entry
    record.refusals.push({ code, atMs: performance.now() })
    clearTimeout(entry.watchdog)
    entry.watchdog = setTimeout(() => {
      record.sentAtMs = performance.now()
      proceed(entry)
    }, retryAfter * 1_000)
  }

  function takeFrame(entry: Entry, frame: TurnFrame): void {
    const { record } = entry
    const firstSeq = frame.type === 'turn.delta' ? (frame.fromSeq ?? frame.seq) : frame.seq
    if (frame.seq <= record.seq) {
      if (performance.now() > entry.mayRepeatUntilMs) record.orderFaults.push(`frame ${frame.seq} after ${record.seq}`)
      return
    }
    if (firstSeq !== record.seq + 1) {
      record.orderFaults.push(`frame ${firstSeq} after ${record.seq}`)
      watch(entry, 0)
      return
    }
    const nowMs = performance.now()
    record.seq = frame.seq
    if (entry.lostAtMs !== null) {
      record.resumesMs.push(nowMs - entry.lostAtMs)
      entry.lostAtMs = null
    }
    watch(entry, SILENCE_MS)
    switch (frame.type) {
      case 'turn.delta':
        record.text += frame.text
        if (frame.text !== '') record.textAtMs.push(nowMs)
        return
      case 'turn.restarted':
        record.text = ''
        record.restarts += 1
        return
      case 'turn.status':
        return
      case 'turn.completed':
        record.message = frame.message
        finish(entry, frame.message.status === 'stopped' ? 'stopped' : 'completed')
        return
      case 'turn.failed':
        record.error = frame.error
        finish(entry, 'failed')
        return
    }
  }

  function finish({ record, watchdog, resolve }: Entry, end: TurnEnd): void {
    clearTimeout(watchdog)
    record.endAtMs = performance.now()
    record.end = end
    entries.delete(record.id)
    resolve(record)
  }

  return {
    person,
    get gateway() {
      return line.gateway
    },
    ask({ script, conversationId = null, model, expectedEnd = 'completed', isStopWanted = false }) {
      const id = newId()
      const record = newRecord({ id, userId: person.userId, conversationId, script, expectedEnd })
      const { promise, resolve } = Promise.withResolvers<TurnRecord>()
      const start = { type: 'turn.start', id, conversationId, text: script.prompt, ...(model && { model }) } as const
      const entry: Entry = { record, start, isStopWanted, lostAtMs: null, mayRepeatUntilMs: 0, watchdog: undefined, resolve }
      entries.set(id, entry)
      proceed(entry)
      return { record, ended: promise }
    },
    close() {
      for (const { watchdog } of entries.values()) clearTimeout(watchdog)
      line.close()
    },
  }
}
