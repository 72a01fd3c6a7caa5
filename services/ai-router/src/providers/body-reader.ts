import type { Readable } from 'node:stream'

/** Reads a body piece by piece, and no faster than it is asked. */
export interface BodyReader {
  /** What has arrived since the last time, at least one byte; undefined at the end. Rejects when the connection breaks. */
  read(): Promise<Uint8Array | undefined>
  /** Takes in an end that is near, so that the connection, TLS and all, serves the next request. */
  readOut(): void
  /** Closes the connection unless the body has ended. */
  leave(): void
}

/** How long a body may take to end whose last event has come. */
const READ_OUT_MS = 1_000

/** By `readable` events: an async iterator costs several promises for each piece. */
export function createBodyReader(body: Readable): BodyReader {
  let hasEnded = false
  let failure: Error | undefined
  let wake: () => void = () => undefined
  const onReadable = () => wake()
  body.on('readable', onReadable)
  body.on('end', () => {
    hasEnded = true
    wake()
  })
  body.on('error', (error) => {
    failure = error
    wake()
  })
  // Without an end before it, it is a break that nobody has told.
  body.on('close', () => {
    failure ??= hasEnded ? undefined : new Error('the body was closed')
    wake()
  })
  return {
    async read() {
      for (;;) {
        const piece = body.read() as Uint8Array | null
        if (piece !== null) return piece
        if (failure) throw failure
        if (hasEnded) return undefined
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    readOut() {
      if (hasEnded) return
      const timer = setTimeout(() => body.destroy(), READ_OUT_MS)
      body.on('close', () => clearTimeout(timer))
      body.off('readable', onReadable)
      body.resume()
    },
    leave() {
      if (!hasEnded) body.destroy()
    },
  }
}
