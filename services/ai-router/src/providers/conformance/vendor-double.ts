import type { VendorUsage } from '../provider.ts'

/** What a vendor is told to do with its next request. Tokens are what the reader still gets before it goes wrong. */
export type Scene =
  | { kind: 'answer'; usage?: 'missing' }
  | { kind: 'length' }
  | { kind: 'content_filter' }
  | { kind: 'unknown_reason' }
  | { kind: 'refusal'; status: number; why?: 'context_overflow' | 'exhausted'; retryAfterS?: number }
  | { kind: 'reset'; afterTokens: number | 'no_head' }
  | { kind: 'truncate'; afterTokens: number }
  | { kind: 'stall'; afterTokens: number }
  | { kind: 'malformed'; afterTokens: number }
  | { kind: 'error_event'; afterTokens: number }
  /** Tokens as fast as the reader takes them, without an end. */
  | { kind: 'endless' }

/** What the reader must get. */
export interface Expected {
  /** The whole text of a good answer; what comes before the fault otherwise. */
  text: string
  usage?: VendorUsage
}

/** A server that speaks one vendor's wire format. */
export interface VendorDouble {
  baseUrl: string
  /** Prepares the next answer. Undefined when this double cannot play the scene. */
  play(scene: Scene): Expected | undefined
  /** Body of the last request, as received. */
  lastBody(): string
  /** Resolves when the client has closed a stream that was not at its end. */
  clientLeft(): Promise<void>
  /** Bytes of answers that left this process so far. */
  bytesSent(): number
  close(): Promise<void>
}
