/** How long the text was after each frame, as it is stored: one number a frame from `fromSeq + 1` on, each the growth as a varint. */
export interface StoredMarks {
  /** The text was empty after this frame: the last `turn.restarted`, or 0. What was shown before is void. */
  fromSeq: number
  bytes: Uint8Array
}

export const noMarks: StoredMarks = { fromSeq: 0, bytes: new Uint8Array() }

/** The columns of a turn. A turn that was begun before marks were kept has none. */
export const marksOf = (fromSeq: number, bytes: Uint8Array | null): StoredMarks => (bytes ? { fromSeq, bytes } : noMarks)

const CONTINUES = 0x80
const SEVEN_BITS = 0x7f
const FIRST_CAPACITY = 256

/**
 * Remembers where in the text each frame ends, in UTF-16 code units, so that a reader who has seen some of the frames
 * can be given exactly the rest, long after the frames themselves are gone. About one byte a frame.
 */
export function createFrameMarks({ fromSeq, bytes }: StoredMarks = noMarks) {
  let firstSeq = fromSeq
  let buffer = new Uint8Array(Math.max(FIRST_CAPACITY, bytes.length * 2))
  buffer.set(bytes)
  let size = bytes.length
  let { seq: lastSeq, length: lastLength } = endOf({ fromSeq, bytes })

  function push(growth: number): void {
    // The longest varint of a text's length has five bytes.
    if (size + 5 > buffer.length) {
      const larger = new Uint8Array(buffer.length * 2)
      larger.set(buffer)
      buffer = larger
    }
    let rest = growth
    while (rest > SEVEN_BITS) {
      buffer[size++] = (rest & SEVEN_BITS) | CONTINUES
      rest >>>= 7
    }
    buffer[size++] = rest
  }

  return {
    /** The text has this length after this frame. Frames left out before it were one with it. */
    note(seq: number, length: number): void {
      if (seq <= lastSeq) return
      push(length - lastLength)
      for (let covered = lastSeq + 1; covered < seq; covered += 1) push(0)
      lastSeq = seq
      lastLength = length
    },
    /** The text is empty after this frame. */
    restart(seq: number): void {
      firstSeq = seq
      lastSeq = seq
      lastLength = 0
      size = 0
    },
    /** A copy, for the store. */
    get stored(): StoredMarks {
      return { fromSeq: firstSeq, bytes: buffer.slice(0, size) }
    },
  }
}

/** Length of the text after this frame; null where no mark tells. */
export function lengthAfter({ fromSeq, bytes }: StoredMarks, seq: number): number | null {
  if (seq < fromSeq) return null
  const end = endOf({ fromSeq, bytes }, seq)
  return end.seq === seq ? end.length : null
}

function endOf({ fromSeq, bytes }: StoredMarks, upTo = Number.POSITIVE_INFINITY): { seq: number; length: number } {
  let seq = fromSeq
  let length = 0
  let growth = 0
  let shift = 0
  for (const byte of bytes) {
    if (seq === upTo) break
    growth |= (byte & SEVEN_BITS) << shift
    shift += 7
    if (byte & CONTINUES) continue
    seq += 1
    length += growth
    growth = 0
    shift = 0
  }
  return { seq, length }
}
