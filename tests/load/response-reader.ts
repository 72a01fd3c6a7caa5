const NEWLINE = 0x0a
const LONGEST_HEAD_BYTES = 32_768

export interface ResponseListener {
  /** A piece of the body. Valid only during the call: the memory is used again. */
  body(bytes: Buffer): void
  /** The whole answer was read; the connection is free for the next request. */
  end(answer: { status: number; retryAfterS: number }): void
}

/**
 * Reads the answers on one HTTP/1.1 connection, one after the other: sized or chunked bodies, nothing else. A load tool's
 * client that costs more than what it measures measures itself; this one copies nothing and makes no object a piece.
 */
export function createResponseReader(listener: ResponseListener): { push(bytes: Buffer): void } {
  let state: 'head' | 'sized' | 'chunk size' | 'chunk' | 'behind chunk' | 'trailer' = 'head'
  let head = ''
  let status = 0
  let retryAfterS = 0
  /** Of the body, or of its chunk. */
  let remaining = 0

  function end(): void {
    state = 'head'
    head = ''
    listener.end({ status, retryAfterS })
  }

  /** Returns where the body begins; the whole length while the head is not complete. */
  function readHead(bytes: Buffer, from: number): number {
    const before = head.length
    head += bytes.toString('latin1', from)
    const blank = head.indexOf('\r\n\r\n')
    if (blank < 0) {
      if (head.length > LONGEST_HEAD_BYTES) throw new Error('a head without an end')
      return bytes.length
    }
    const at = from + blank + 4 - before
    head = head.slice(0, blank).toLowerCase()
    status = Number(head.slice(9, 12))
    retryAfterS = Number(/\r\nretry-after: *(\d+)/.exec(head)?.[1] ?? 0)
    if (/\r\ntransfer-encoding: *chunked/.test(head)) {
      state = 'chunk size'
      remaining = 0
      return at
    }
    const length = /\r\ncontent-length: *(\d+)/.exec(head)?.[1]
    if (length === undefined) throw new Error('an answer without a length')
    remaining = Number(length)
    state = 'sized'
    if (remaining === 0) end()
    return at
  }

  function readBody(bytes: Buffer, from: number): number {
    const to = Math.min(bytes.length, from + remaining)
    listener.body(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to))
    remaining -= to - from
    return to
  }

  /** Extensions behind a semicolon are skipped with the rest of the line. */
  function readChunkSize(bytes: Buffer, from: number): number {
    let at = from
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0
      if (byte === NEWLINE) {
        state = remaining === 0 ? 'trailer' : 'chunk'
        trailer = 0
        return at + 1
      }
      const digit = hexDigit(byte)
      if (digit >= 0) remaining = remaining * 16 + digit
    }
    return at
  }

  let trailer = 0

  /** Ends at an empty line. */
  function readTrailer(bytes: Buffer, from: number): number {
    for (let at = from; at < bytes.length; at += 1) {
      if (bytes[at] !== NEWLINE) {
        if (bytes[at] !== 0x0d) trailer += 1
        continue
      }
      if (trailer === 0) {
        end()
        return at + 1
      }
      trailer = 0
    }
    return bytes.length
  }

  return {
    push(bytes) {
      let at = 0
      while (at < bytes.length) {
        switch (state) {
          case 'head':
            at = readHead(bytes, at)
            break
          case 'sized':
            at = readBody(bytes, at)
            if (remaining === 0) end()
            break
          case 'chunk size':
            at = readChunkSize(bytes, at)
            break
          case 'chunk':
            at = readBody(bytes, at)
            if (remaining === 0) state = 'behind chunk'
            break
          case 'behind chunk':
            if (bytes[at] === NEWLINE) state = 'chunk size'
            at += 1
            break
          case 'trailer':
            at = readTrailer(bytes, at)
            break
        }
      }
    },
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1
}
