import type { ServerMessage, TurnFrame } from './socket.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * The bytes of one live frame. `type`, `turnId` and `seq` come first and in this order, so that a forwarder finds the
 * sequence number without parsing the JSON (see `frameSeq`).
 */
export function encodeFrame(frame: TurnFrame): Uint8Array {
  const { type, turnId, seq, ...rest } = frame
  return encoder.encode(JSON.stringify({ type, turnId, seq, ...rest }))
}

/** The bytes of a message for every open socket of one user (`liveUserSubject`). */
export const encodeUserMessage = (message: Exclude<ServerMessage, TurnFrame>): Uint8Array => encoder.encode(JSON.stringify(message))

const SEQ_KEY = '"seq":'

/** Sequence number of an encoded frame. Throws a RangeError on bytes that `encodeFrame` did not make. */
export function frameSeq(bytes: Uint8Array): number {
  // Longest head: {"type":"turn.completed","turnId":"<36>","seq":<16>
  const head = decoder.decode(bytes.subarray(0, 110))
  const at = head.indexOf(SEQ_KEY)
  const seq = at < 0 ? Number.NaN : Number.parseInt(head.slice(at + SEQ_KEY.length), 10)
  if (!Number.isSafeInteger(seq)) throw new RangeError('not a live frame')
  return seq
}

const LAST_TYPES = ['{"type":"turn.completed"', '{"type":"turn.failed"']

/** Is this the last frame of its turn? */
export function isLastFrame(bytes: Uint8Array): boolean {
  const head = decoder.decode(bytes.subarray(0, 24))
  return LAST_TYPES.some((type) => head.startsWith(type))
}
