import { frameSeq } from '@parley/contracts'

/** `gap`: frames before this one are missing, it was not taken. `repeat`: its number was delivered before. */
export type Acceptance = 'delivered' | 'repeat' | 'gap'

const FROM_SEQ_KEY = Buffer.from('"fromSeq":')

export type FrameOrder = ReturnType<typeof createFrameOrder>

/**
 * Lets frames of one turn through in order: each number once, none left out. The bytes are not parsed; only a frame
 * that covers several numbers (`fromSeq`) is, and those are rare.
 */
export function createFrameOrder({ afterSeq, deliver }: { afterSeq: number; deliver: (bytes: Uint8Array, seq: number) => void }) {
  let lastSeq = afterSeq
  return {
    /** Number of the last frame delivered. */
    get lastSeq() {
      return lastSeq
    },
    accept(bytes: Uint8Array): Acceptance {
      const seq = frameSeq(bytes)
      if (seq <= lastSeq) return 'repeat'
      if (firstSeqOf(bytes, seq) !== lastSeq + 1) return 'gap'
      lastSeq = seq
      deliver(bytes, seq)
      return 'delivered'
    },
  }
}

/** In JSON a quote inside a text is escaped, so the key's bytes cannot be part of one. */
function firstSeqOf(bytes: Uint8Array, seq: number): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (!buffer.includes(FROM_SEQ_KEY)) return seq
  const { fromSeq } = JSON.parse(buffer.toString()) as { fromSeq?: number }
  return fromSeq ?? seq
}
