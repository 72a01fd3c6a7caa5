/**
 * Tokens that carry their number and the moment they were sent: ` 12T1f4z8k2p`, one word. The clock is the machine's monotonic one,
 * which all processes of one machine share, in microseconds.
 */

export function nowUs(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1e6 + Math.floor(nanoseconds / 1e3)
}

/** Needs no escaping in JSON, so that it is the same bytes on every wire. */
export const stampedToken = (index: number, sentUs: number): string => ` ${index}T${sentUs.toString(36)}`

const SPACE = 0x20
const BEFORE_MOMENT = 'T'.charCodeAt(0)

/** Finds every stamped token in the bytes, whatever JSON is around them; nothing is decoded or parsed. */
export function readStampedTokens(bytes: Uint8Array, onToken: (index: number, sentUs: number) => void): void {
  let at = 0
  const readNumber = (radix: number): number => {
    let value = 0
    const start = at
    for (let digit = digitOf(bytes[at]); digit < radix; digit = digitOf(bytes[at])) {
      value = value * radix + digit
      at += 1
    }
    return at === start ? -1 : value
  }
  while (at < bytes.length) {
    if (bytes[at++] !== SPACE) continue
    const index = readNumber(10)
    if (index < 0 || bytes[at] !== BEFORE_MOMENT) continue
    at += 1
    const sentUs = readNumber(36)
    if (sentUs >= 0) onToken(index, sentUs)
  }
}

const NO_DIGIT = 99

function digitOf(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  if (byte >= 0x61 && byte <= 0x7a) return byte - 0x61 + 10
  return NO_DIGIT
}
