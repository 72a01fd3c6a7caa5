/** How long the text was after each frame, as it is stored: one number a frame from `fromSeq + 1` on, each the growth as a varint. */
export interface StoredMarks {
  /**
   * The text was empty after this frame: the last `turn.restarted`, or 0. What was shown before is void. Stored as
   * `-fromSeq - 1` when numbers were left to a lost owner: versions that do not know of them then find no marks, and not wrong ones.
   */
  fromSeq: number
  bytes: Uint8Array
}

export const noMarks: StoredMarks = { fromSeq: 0, bytes: new Uint8Array() }

/** The columns of a turn. A turn that was begun before marks were kept has none. */
export const marksOf = (fromSeq: number, bytes: Uint8Array | null): StoredMarks => (bytes ? { fromSeq, bytes } : noMarks)

/**
 * The fence of frames: an owner that was lost may speak again at any time, so whoever takes its turn over numbers on behind
 * this many others. More than an owner can have sent that was not heard of any more.
 */
export const LEFT_TO_LOST_OWNER = 100_000

const CONTINUES = 0x80
const SEVEN_BITS = 0x7f
const FIRST_CAPACITY = 256
/** Zero in two bytes, which no growth is written as: the number behind it tells how many numbers were left to a lost owner. */
const LEFT_OUT = [CONTINUES, 0]

/**
 * Remembers where in the text each frame ends, in UTF-16 code units, so that a reader who has seen some of the frames
 * can be given exactly the rest, long after the frames themselves are gone. About one byte a frame.
 */
export function createFrameMarks({ fromSeq, bytes }: StoredMarks = noMarks) {
  let firstSeq = firstOf(fromSeq)
  let isSomeLeftOut = fromSeq < 0
  let buffer = new Uint8Array(Math.max(FIRST_CAPACITY, bytes.length * 2))
  buffer.set(bytes)
  let size = bytes.length
  let { seq: lastSeq, length: lastLength } = endOf({ fromSeq, bytes })

  function push(number: number): void {
    // The longest varint of a text's length has five bytes, and LEFT_OUT is two more.
    if (size + 7 > buffer.length) {
      const larger = new Uint8Array(buffer.length * 2)
      larger.set(buffer)
      buffer = larger
    }
    let rest = number
    while (rest > SEVEN_BITS) {
      buffer[size++] = (rest & SEVEN_BITS) | CONTINUES
      rest >>>= 7
    }
    buffer[size++] = rest
  }

  function leaveOut(numbers: number): void {
    buffer.set(LEFT_OUT, size)
    size += LEFT_OUT.length
    push(numbers)
    isSomeLeftOut = true
  }

  return {
    /**
     * The text has this length after this frame. Frames left out before it were one with it, unless they are so many that
     * they were left to a lost owner: whoever has seen one of those has seen void text.
     */
    note(seq: number, length: number): void {
      if (seq <= lastSeq) return
      const covered = seq - lastSeq - 1
      if (covered >= LEFT_TO_LOST_OWNER) leaveOut(covered)
      push(length - lastLength)
      if (covered < LEFT_TO_LOST_OWNER) for (let one = 0; one < covered; one += 1) push(0)
      lastSeq = seq
      lastLength = length
    },
    /** The text is empty after this frame. */
    restart(seq: number): void {
      firstSeq = seq
      isSomeLeftOut = false
      lastSeq = seq
      lastLength = 0
      size = 0
    },
    /** A copy, for the store. */
    get stored(): StoredMarks {
      return { fromSeq: isSomeLeftOut ? -firstSeq - 1 : firstSeq, bytes: buffer.slice(0, size) }
    },
  }
}

/** Length of the text after this frame; null where no mark tells. */
export function lengthAfter(marks: StoredMarks, seq: number): number | null {
  if (seq < firstOf(marks.fromSeq)) return null
  const end = endOf(marks, seq)
  return end.seq === seq ? end.length : null
}

const firstOf = (fromSeq: number): number => (fromSeq < 0 ? -fromSeq - 1 : fromSeq)

/** The last frame that is marked, up to `upTo`; no number where `upTo` was left to a lost owner. */
function endOf({ fromSeq, bytes }: StoredMarks, upTo = Number.POSITIVE_INFINITY): { seq: number; length: number } {
  let seq = firstOf(fromSeq)
  let length = 0
  let isLeftOut = false
  let number = 0
  let shift = 0
  for (const byte of bytes) {
    if (seq === upTo) break
    number |= (byte & SEVEN_BITS) << shift
    shift += 7
    if (byte & CONTINUES) continue
    const isEscape = shift === 14 && number === 0
    if (isLeftOut) {
      seq += number
      if (seq >= upTo) return { seq: Number.NaN, length }
    } else if (!isEscape) {
      seq += 1
      length += number
    }
    isLeftOut = isEscape
    number = 0
    shift = 0
  }
  return { seq, length }
}
