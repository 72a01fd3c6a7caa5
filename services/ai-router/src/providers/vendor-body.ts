import { AsyncLocalStorage } from 'node:async_hooks'

/** What a reader of pieces says: room for more at once, room when the promise resolves, or that it needs no more. */
export type Room = Promise<void> | 'enough' | undefined

/** The body of an answer, given piece by piece to one reader. */
export interface VendorBody {
  /**
   * Gives each piece to `take` as it arrives; while a promise of `take` is pending nothing is read. Resolves at the end, or
   * when `take` has enough; rejects with BrokenBody when the connection breaks, and with what `take` throws.
   */
  read(take: (bytes: Uint8Array) => Room): Promise<void>
  /** Takes in an end that is near, so that the connection, TLS and all, serves the next request. */
  readOut(): void
  /** Closes the connection unless the body has ended. */
  leave(): void
}

/** The connection broke before the end; `cause` says how. */
export class BrokenBody extends Error {}

/** The connection's side of a body. */
export interface BodySource {
  body: VendorBody
  arrived(bytes: Uint8Array): void
  ended(): void
  broke(error: Error): void
}

/** What a body needs of its connection. */
export interface Flow {
  pause(): void
  resume(): void
  abort(reason: Error): void
}

/** How long a body may take to end whose last event has come. */
const READ_OUT_MS = 1_000

/** Pieces are handed on where they arrive: a promise for each would cost more than what is done with it. */
export function createBodySource(flow: Flow): BodySource {
  const over = Promise.withResolvers<void>()
  // It may break before anybody reads.
  over.promise.catch(() => undefined)
  let take: ((bytes: Uint8Array) => Room) | undefined
  let isOver = false
  let readingOut: NodeJS.Timeout | undefined
  // Nothing is read ahead of its reader.
  flow.pause()

  function give(bytes: Uint8Array, reader: (bytes: Uint8Array) => Room): void {
    const room = reader(bytes)
    if (room === undefined) return
    if (room === 'enough') {
      take = undefined
      over.resolve()
      return
    }
    flow.pause()
    void room.then(flow.resume, fail)
  }

  function fail(error: unknown): void {
    take = undefined
    over.reject(error)
  }

  function settle(): void {
    isOver = true
    clearTimeout(readingOut)
  }

  return {
    body: {
      read(reader) {
        // What arrives is the connection's, and so would be the spans and log lines of whoever reads it.
        take = AsyncLocalStorage.bind(reader)
        flow.resume()
        return over.promise
      },
      readOut() {
        if (!isOver) readingOut = setTimeout(() => flow.abort(new Error('the body did not end')), READ_OUT_MS)
      },
      leave() {
        if (!isOver) flow.abort(new Error('the reader left'))
      },
    },
    arrived(bytes) {
      if (!take) return
      try {
        give(bytes, take)
      } catch (error) {
        fail(error)
      }
    },
    ended() {
      settle()
      over.resolve()
    },
    broke(error) {
      settle()
      over.reject(new BrokenBody('the body was not whole', { cause: error }))
    },
  }
}
