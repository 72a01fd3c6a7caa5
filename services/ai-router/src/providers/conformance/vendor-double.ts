import { setTimeout as delay } from 'node:timers/promises'
import type { VendorUsage } from '../provider.ts'

/** What a vendor is told to do with its next request. Tokens are what the reader still gets before it goes wrong. */
export type Scene =
  | { kind: 'answer'; usage?: 'missing' }
  | { kind: 'length' }
  | { kind: 'content_filter' }
  | { kind: 'unknown_reason' }
  /** Two calls: `get_weather` for a city and `get_time` without arguments. */
  | { kind: 'tool_calls' }
  /** A good answer without its first or its last event. */
  | { kind: 'missing_event'; which: 'start' | 'finish' }
  /** A good answer, every figure of its usage replaced by this JSON. */
  | { kind: 'wrong_usage'; figure: string }
  /** A good answer, its first token 10 MiB long. */
  | { kind: 'large_token' }
  /** Two vectors instead of a stream. */
  | { kind: 'embeddings' }
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
  vectors?: number[][]
}

/** What a scene with tool calls must give, in this order. */
export const EXPECTED_CALLS = [
  { name: 'get_weather', arguments: { city: 'Köln' } },
  { name: 'get_time', arguments: {} },
] as const

/** A server that speaks one vendor's wire format. */
export interface VendorDouble {
  baseUrl: string
  canPlay(scene: Scene): boolean
  /** Prepares the next answers. */
  play(scene: Scene): Expected
  /** Body of the last request, as received; undefined when this double keeps only what it understood of it. */
  lastBody?(): string
  /** The text of the answer so far that the last request brought along. */
  lastPrefill(): string
  /** Resolves when a request has been received. */
  asked(): Promise<void>
  /** Resolves when the client has closed a stream that was not at its end. */
  clientLeft(): Promise<void>
  /** Bytes of answers that left this process so far. */
  bytesSent(): number
  /** Connections opened so far; undefined when this double does not count them. */
  connections?(): number
  close(): Promise<void>
}

/** Something that happens again and again and can be waited for. */
export function createOccasion(): { happened(): void; next(): Promise<void> } {
  let waiting: (() => void)[] = []
  return {
    happened() {
      for (const resolve of waiting.splice(0)) resolve()
    },
    next: () =>
      new Promise((resolve) => {
        waiting = [...waiting, resolve]
      }),
  }
}

const UNCHANGED_MS = 200

/** Bytes of answers that had left when nobody took more of them. */
export async function bytesWhenFull({ bytesSent }: VendorDouble): Promise<number> {
  for (let before = -1; ; ) {
    const now = bytesSent()
    if (now === before) return now
    before = now
    await delay(UNCHANGED_MS)
  }
}
