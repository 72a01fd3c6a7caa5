import { encodeFrame, type socketApi } from '@parley/contracts'
import { createFrameMarks, lengthAfter, noMarks, type StoredMarks } from './frame-marks.ts'

type StatusFrame = Extract<socketApi.TurnFrame, { type: 'turn.status' }>
type LastFrame = Extract<socketApi.TurnFrame, { type: 'turn.completed' | 'turn.failed' }>
type Unnumbered<F> = F extends unknown ? Omit<F, 'turnId' | 'seq'> : never

/** What readers were shown when a replica starts or goes on with an answer. */
export interface ShownAnswer {
  text: string
  /** The last number given to a frame. */
  seq: number
  /** The last number readers are known to have been sent. Lower than `seq` when frames were lost with their owner. */
  sentSeq: number
  /** Where in the text each frame ends. */
  marks: StoredMarks
  /** False when readers may have seen another text than this: it must be shown to them anew. */
  isExact: boolean
}

export const nothingShown: ShownAnswer = { text: '', seq: 0, sentSeq: 0, marks: noMarks, isExact: true }

export interface LiveAnswerOptions {
  turnId: string
  shown: ShownAnswer
  /** Hands one encoded frame to the readers. Fire and forget. */
  publish: (bytes: Uint8Array) => void
  /** False while readers cannot be reached, or while another replica might own the turn. */
  mayPublish: () => boolean
}

/**
 * The answer as readers see it: its text, and frames numbered without a gap.
 *
 * `seq` always moves on, whether or not frames can be sent. What could not be sent is made up for by one frame that
 * covers the whole gap (`fromSeq`..`seq`), made from the text, so that nothing is queued while readers are away.
 */
export type LiveAnswer = ReturnType<typeof createLiveAnswer>

export function createLiveAnswer({ turnId, shown, publish, mayPublish }: LiveAnswerOptions) {
  let { text, seq, sentSeq } = shown
  const marks = createFrameMarks(shown.marks)
  let sentLength = lengthAfter(shown.marks, sentSeq) ?? text.length
  /** A `turn.restarted` that was numbered but not sent. */
  let unsentRestart = 0
  let lastFrame: Unnumbered<LastFrame> | null = null
  /** Of interest for as long as nothing came after it. */
  let unsentStatus: StatusFrame | null = null
  /** First half of a character whose second half comes with the next delta: alone it cannot be encoded. */
  let half = ''

  const send = (frame: socketApi.TurnFrame): void => {
    publish(encodeFrame(frame))
    sentSeq = frame.seq
  }

  const sendDeltaUpTo = (upTo: number, delta: string): void => {
    if (upTo <= sentSeq) return
    const fromSeq = sentSeq + 1
    send({ type: 'turn.delta', turnId, seq: upTo, text: delta, ...(fromSeq < upTo && { fromSeq }) })
  }

  function catchUp(): void {
    if (sentSeq === seq || !mayPublish()) return
    if (unsentRestart > 0) {
      sendDeltaUpTo(unsentRestart - 1, '')
      send({ type: 'turn.restarted', turnId, seq: unsentRestart })
      unsentRestart = 0
      sentLength = 0
    }
    const status = unsentStatus?.seq === seq ? unsentStatus : null
    unsentStatus = null
    sendDeltaUpTo(lastFrame || status ? seq - 1 : seq, text.slice(sentLength))
    sentLength = text.length
    if (lastFrame) send({ turnId, seq, ...lastFrame } as LastFrame)
    else if (status) send(status)
  }

  function append(delta: string): void {
    // Postgres cannot store the character U+0000, and nobody can read it.
    let whole = half + (delta.includes('\0') ? delta.replaceAll('\0', '') : delta)
    half = isHighSurrogate(whole.charCodeAt(whole.length - 1)) ? whole.slice(-1) : ''
    if (half) whole = whole.slice(0, -1)
    if (whole === '') return
    text += whole
    seq += 1
    marks.note(seq, text.length)
    catchUp()
  }

  function restart(textToKeep = ''): void {
    seq += 1
    unsentRestart = seq
    marks.restart(seq)
    text = ''
    half = ''
    if (textToKeep === '') catchUp()
    else append(textToKeep)
  }

  return {
    get text() {
      return text
    },
    get seq() {
      return seq
    },
    get marks(): StoredMarks {
      return marks.stored
    },
    get isCaughtUp() {
      return sentSeq === seq
    },
    append,
    /** The text shown so far is void; `textToKeep` is shown in its place. */
    restart,
    /** Where readers cannot be reached it is told later, or it is a number without text when something came after it. */
    status(status: StatusFrame['status'], message: string, place?: number): void {
      catchUp()
      seq += 1
      marks.note(seq, text.length)
      const frame = { type: 'turn.status', turnId, seq, status, message, ...(place !== undefined && { place }) } as const
      if (sentSeq === seq - 1 && mayPublish()) send(frame)
      else unsentStatus = frame
    },
    /** Numbers and sends the last frame. */
    end(frame: Unnumbered<LastFrame>): void {
      lastFrame = frame
      seq += 1
      catchUp()
    },
    /** Sends what could not be sent before, if it can be sent now. */
    catchUp,
  }
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff
