import type { BackgroundTask } from './background-task.ts'

/** The vendors whose wire format the simulator speaks. */
export type ProviderName = 'openai' | 'anthropic' | 'gemini' | 'cohere'

/** What a client asked, freed from the vendor's format. */
export interface AnswerRequest {
  provider: ProviderName
  model: string
  /** All system (and developer) text, joined by blank lines; empty when there is none. */
  system: string
  /** Oldest first, without the prefill; normally ends with the user's message. */
  messages: { role: 'user' | 'assistant'; text: string }[]
  /** Text of the answer that exists already (a trailing assistant message); the answer goes on after its last character. */
  prefill: string
  /** Names of the functions that may be called; left out when there are none. */
  tools?: readonly string[]
  /** What called functions gave back since the user's last message; left out when nothing was called. */
  toolResults?: readonly string[]
  /** Set when the platform asks by itself, for a title or a summary: no turn of a user, and no part of a test's script. */
  task?: RequestTask
}

/** What is asked for that is no answer to a person. */
export type RequestTask = BackgroundTask | 'embedding'

/** A function the answer calls. */
export interface SimulatedCall {
  name: string
  arguments: Readonly<Record<string, unknown>>
}

/** An answer to be played over the wire. */
export interface Answer {
  /** What follows the prefill; the prefill itself is not repeated. */
  text: string
  /** Follow the text. Only functions that the request offers are called. */
  toolCalls?: readonly SimulatedCall[]
  /** Pace of the stream; 0 means as fast as the reader reads. Without it the simulator's own pace. */
  tokensPerSecond?: number
  /** Milliseconds before the first byte. Without it the simulator's own. */
  firstTokenMs?: number
  fault?: Fault
}

/**
 * Something going wrong at the vendor. `afterTokens` counts what the reader still gets (0: none). Without a stream
 * `reset`, `truncate` and `malformed` spoil the JSON body and `stall` never answers.
 */
export type Fault =
  /** 429 with `retry-after` (default 1 s) and the vendor's rate-limit headers. */
  | { kind: 'rate_limited'; retryAfterS?: number }
  /** Any other error status with the vendor's error body: 500, 503, 529, 401, 400. */
  | { kind: 'status'; status: number }
  /** The connection is reset (RST). Without `afterTokens` not even the status line arrives. */
  | { kind: 'reset'; afterTokens?: number }
  /** The stream ends cleanly, without a finish reason. */
  | { kind: 'truncate'; afterTokens?: number }
  /** The stream stays open and silent until the reader gives up. */
  | { kind: 'stall'; afterTokens?: number }
  /** The first token is late by this much. */
  | { kind: 'slow_first_token'; delayMs: number }
  /** One event carries broken JSON; the stream ends after it. */
  | { kind: 'malformed'; afterTokens?: number }
  /** The vendor reports an error inside a stream that began with 200 (Anthropic's overloaded_error). */
  | { kind: 'error_event'; afterTokens?: number }

const faultKinds: Readonly<Record<Fault['kind'], true>> = {
  ...{ rate_limited: true, status: true, reset: true, truncate: true, stall: true },
  ...{ slow_first_token: true, malformed: true, error_event: true },
}

export const isFaultKind = (kind: unknown): kind is Fault['kind'] => typeof kind === 'string' && Object.hasOwn(faultKinds, kind)

/** Where answers come from. The signal fires when the client goes away. May reject: the client then gets a 500. */
export type AnswerSource = (request: AnswerRequest, signal: AbortSignal) => Promise<Answer>
