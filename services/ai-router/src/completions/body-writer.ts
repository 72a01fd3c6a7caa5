import type { ServerResponse } from 'node:http'

/** Writes the text of a streamed answer. */
export interface BodyWriter {
  /**
   * What comes at the same moment is one write. Resolves when there is room for more; undefined when there is room at once.
   * Also resolves when the reader is gone or `signal` fires.
   */
  write(text: string): Promise<void> | undefined
  /** Sends what waits for the end of the moment. Before `response.end()`. */
  flush(): void
}

/** So much waits at most for the end of the moment in which it came. */
const BUFFER_CHARACTERS = 65_536

/**
 * Runs once a token. Node makes four small writes of a chunk, which it gathers until the next tick: here the chunk goes to the
 * socket in one. Only where the answer is in chunks, and has the socket: before its head is sent, and behind another answer on
 * the same connection, it is Node's.
 */
export function createBodyWriter(response: ServerResponse, signal: AbortSignal): BodyWriter {
  let waiting = ''
  let isFlushDue = false
  let hasBegun = false

  function send(text: string): void {
    const { socket } = response
    if (hasBegun && socket && response.chunkedEncoding) socket.write(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`)
    else response.write(text)
    hasBegun = true
  }

  function flush(): void {
    isFlushDue = false
    const text = waiting
    waiting = ''
    if (text !== '' && !response.destroyed && !response.writableEnded) send(text)
  }

  return {
    write(text) {
      waiting += text
      if (!isFlushDue) {
        isFlushDue = true
        queueMicrotask(flush)
      }
      if (waiting.length > BUFFER_CHARACTERS) flush()
      const isFull = response.writableNeedDrain || response.socket?.writableNeedDrain
      return isFull ? untilDrained(response, signal) : undefined
    },
    flush,
  }
}

function untilDrained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  const { socket } = response
  return new Promise((resolve) => {
    const done = () => {
      socket?.off('drain', done)
      response.off('drain', done)
      response.off('close', done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    socket?.on('drain', done)
    response.on('drain', done)
    response.on('close', done)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })
}
