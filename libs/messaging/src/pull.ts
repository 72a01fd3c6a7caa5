import { createInbox, nanos } from 'nats'
import type { Bus } from './bus.ts'
import { type Delivery, toDelivery } from './delivery.ts'

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
    const end = (error?: Error) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      stopWatching()
      subscription.unsubscribe()
      if (error) reject(error)
      else resolve()
    }
    const onAbort = () => end()
    const stopWatching = bus.onReconnect(end)
    const subscription = bus.connection.subscribe(inbox, {
      callback: (error, message) => {
        if (error) return end(error)
        // A status comes to the inbox itself, an event under its own subject.
        if (message.subject === inbox) {
          const code = message.headers?.code
          if (code === 100) return
          if (code === EMPTY || code === EXPIRED) return end()
          return end(new Error(`the server ended the pull: ${code} ${message.headers?.description ?? ''}`))
        }
        onDelivery(toDelivery(message))
        if (++received === batch) end()
      },
    })
    // A little later than the server, whose answer is the normal end.
    const timer = setTimeout(() => end(), expiresMs + 1_000)
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) return end()
    const request = JSON.stringify({ batch, expires: nanos(expiresMs) })
    bus.connection.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, request, { reply: inbox })
  })
}
