import { createInbox, nanos } from 'nats'
import type { Bus } from './bus.ts'
import { type Delivery, toDelivery } from './delivery.ts'
import { atMost } from './pause.ts'

export interface PullOptions {
  stream: string
  consumer: string
  /** Most deliveries this pull brings. */
  batch: number
  /** How long the server waits for them. */
  expiresMs: number
  /** Ends the pull early. */
  signal: AbortSignal
}

/** Status codes that end a pull normally: nothing there, time is up. */
const EMPTY = 404
const EXPIRED = 408
/** Longest wait for the server to take note that we stop. */
const STOP_MS = 1_000

/**
 * Asks a durable consumer once for up to `batch` events and returns when they came, time is up, the connection was lost
 * and is back, or the signal fires.
 *
 * Written by hand because the client library's pulls ask again by themselves after a reconnection: what is in flight
 * would no longer be bounded.
 *
 * @throws Error when the consumer or its stream is gone
 */
export function pull(bus: Bus, options: PullOptions, onDelivery: (delivery: Delivery) => void): Promise<void> {
  const { stream, consumer, batch, expiresMs, signal } = options
  return new Promise((resolve, reject) => {
    const inbox = createInbox()
    let received = 0
    let isOver = false
    const end = (error?: Error) => {
      isOver = true
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      stopWatching()
      if (error) reject(error)
      else resolve()
    }
    const endNow = (error?: Error) => {
      end(error)
      subscription.unsubscribe()
    }
    // Not unsubscribing at once: what is already on its way would be missing until its ack time-out.
    const endSoon = () => {
      if (!bus.isConnected()) return endNow()
      atMost(subscription.drain(), STOP_MS).then(
        () => end(),
        () => end(),
      )
    }
    const onAbort = () => {
      isOver = true
      endSoon()
    }
    const stopWatching = bus.onReconnect(endSoon)
    const subscription = bus.connection.subscribe(inbox, {
      callback: (error, message) => {
        if (error) return endNow(error)
        // A status comes to the inbox itself, an event under its own subject.
        if (message.subject === inbox) {
          const code = message.headers?.code
          if (code === 100) return
          if (code === EMPTY || code === EXPIRED) return endNow()
          return endNow(new Error(`the server ended the pull: ${code} ${message.headers?.description ?? ''}`))
        }
        const delivery = toDelivery(message)
        if (isOver) return delivery.retryAfter(0)
        onDelivery(delivery)
        if (++received === batch) endNow()
      },
    })
    // A little later than the server, whose answer is the normal end.
    const timer = setTimeout(() => endNow(), expiresMs + 1_000)
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) return endNow()
    const request = JSON.stringify({ batch, expires: nanos(expiresMs) })
    bus.connection.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, request, { reply: inbox })
  })
}
