import type { Msg } from 'nats'

/** One delivery of one event to one consumer. Exactly one of `ack`, `retryAfter` and `discard` ends it. */
export interface Delivery {
  /** Position in the stream. */
  streamSeq: number
  /** 1 at the first delivery. */
  attempt: number
  /** When the stream stored it. */
  storedAt: Date
  message: Msg
  ack(): void
  /** Delivers it again, not before this many milliseconds have passed. */
  retryAfter(ms: number): void
  /** Never delivers it again, and tells the advisory stream. */
  discard(): void
  /** Restarts the server's clock for this delivery. */
  stillWorking(): void
}

/** Reads what JetStream writes into the reply subject: `$JS.ACK.[domain.account.]stream.consumer.attempt.streamSeq.consumerSeq.time.pending[.token]`. */
export function toDelivery(message: Msg): Delivery {
  const tokens = (message.reply ?? '').split('.')
  const offset = tokens.length > 9 ? 4 : 2
  const [, , attempt = '1', streamSeq = '0', , timeNs = '0'] = tokens.slice(offset)
  return {
    streamSeq: Number(streamSeq),
    attempt: Number(attempt),
    storedAt: new Date(Number(BigInt(timeNs) / 1_000_000n)),
    message,
    ack: () => respond(message, '+ACK'),
    retryAfter: (ms) => respond(message, ms <= 0 ? '-NAK' : `-NAK ${JSON.stringify({ delay: Math.round(ms) * 1_000_000 })}`),
    discard: () => respond(message, '+TERM'),
    stillWorking: () => respond(message, '+WPI'),
  }
}

function respond(message: Msg, text: string): void {
  try {
    message.respond(text)
  } catch {
    // The connection was closed for good: the event is delivered again, and the inbox knows what became of it.
  }
}
