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

const QUOTE = 0x22
const TYPE_AT = '{"type":"'.length
const TURN_ID_CHARACTERS = 36
/** Of what stands between the type and the number: `","turnId":"<36>","seq":`. */
const BETWEEN = '","turnId":"'.length + TURN_ID_CHARACTERS + '","seq":'.length
const SEQ_KEY = '"seq":'

/**
 * Sequence number of an encoded frame: looked up where it has to be, since every frame to every reader comes by here.
 * Throws a RangeError on bytes that `encodeFrame` did not make.
 */
export function frameSeq(bytes: Uint8Array): number {
  let at = TYPE_AT
  while (at < 32 && bytes[at] !== QUOTE) at += 1
  at += BETWEEN
  for (let key = 1; key <= SEQ_KEY.length; key += 1) if (bytes[at - key] !== SEQ_KEY.charCodeAt(SEQ_KEY.length - key)) throw notOurs()
  let seq = 0
  for (let digit = digitOf(bytes[at]); digit >= 0; digit = digitOf(bytes[at])) {
    seq = seq * 10 + digit
    at += 1
  }
  if (seq < 1 || !Number.isSafeInteger(seq)) throw notOurs()
  return seq
}

const notOurs = () => new RangeError('not a live frame')

const digitOf = (byte = 0): number => (byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : -1)

const LAST_TYPES = ['{"type":"turn.completed"', '{"type":"turn.failed"']
const KIND_AT = '{"type":"turn.'.length
/** No other type of frame has these letters there. */
const LAST_KINDS = new Set(LAST_TYPES.map((type) => type.charCodeAt(KIND_AT)))

/** Is this the last frame of its turn? */
export function isLastFrame(bytes: Uint8Array): boolean {
  if (!LAST_KINDS.has(bytes[KIND_AT] ?? 0)) return false
  const head = decoder.decode(bytes.subarray(0, 24))
  return LAST_TYPES.some((type) => head.startsWith(type))
}
