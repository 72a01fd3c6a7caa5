/**
 * The contract between the router and a model vendor. Everything the router knows about vendors is here; a vendor's own
 * words (its roles, finish reasons, error codes, usage fields) end in the vendor's folder.
 *
 * A provider does one thing: it turns a neutral request into one stream of neutral parts. It does not retry, does not
 * fall back, keeps no clocks and knows no prices, plans or users: the router does that, once, for all vendors.
 * `conformance.ts` beside this file is the contract as tests; every provider passes it.
 */
export interface Provider {
  /** Catalogue id of the provider: `openai`, `anthropic`, … */
  readonly id: string

  /** Where its requests go, for spans. */
  readonly address: { readonly host: string; readonly port: number }

  /**
   * Sends one request and gives its answer as it comes.
   *
   * - Parts come in this order: `started`, then any number of `text`, `progress` and `usage`, then `finished`. `finished`
   *   is there exactly once and is the last part.
   * - Everything else ends in a thrown `ProviderError`. That includes a stream that ends without the vendor's finish
   *   reason: it was cut, whatever the HTTP status said. What was given before the error stays valid.
   * - Nothing is sent before the first part is asked for, and nothing is read ahead beyond the transport's own buffers:
   *   a reader that stops asking stops the vendor.
   * - When `signal` fires, or the reader leaves the loop, the vendor's connection is closed at once, so that the vendor
   *   stops generating. A pending part is then rejected with `signal.reason` if that is a `ProviderError`, otherwise
   *   with kind `aborted`.
   * - The same provider serves any number of streams at a time.
   */
  stream(request: ProviderRequest, signal: AbortSignal): AsyncIterable<StreamPart>

  /** Closes idle connections and cuts what still runs. The provider is of no use afterwards. */
  close(): Promise<void>
}

/** What a provider is made from. */
export interface ProviderSettings {
  id: string
  apiKey: string
  /** Without a slash at the end. OpenAI's ends in `/v1`, Anthropic's is the origin. */
  baseUrl: string
  /** Longest time to open a connection, TLS included, in milliseconds. The error is `unreachable`. */
  connectTimeoutMs: number
}

export interface ProviderRequest {
  /** The vendor's name of the model (the catalogue's `vendorModel`). */
  model: string
  /** The operator's text; empty for none. Text of users never goes here. */
  system: string
  /** Oldest first; at least one, the last one is the user's. Texts are not empty. */
  messages: readonly ChatMessage[]
  /**
   * Text of this same answer that the user has seen already; empty for a new answer. The stream goes on after its last
   * character and does not repeat it: a provider takes care of what its vendor does to white space at the seam.
   */
  prefill: string
  /**
   * Whether the model continues an assistant message at the end of the conversation. Where it does not, the provider
   * asks it in words to go on, which works most of the time and not always.
   */
  acceptsPrefill: boolean
  /** At least 1. Where the vendor counts reasoning as output, it is part of this. */
  maxOutputTokens: number
}

export interface ChatMessage {
  role: 'user' | 'assistant'
  text: string
}

/** Everything a stream can contain. The set is closed: a new kind of part is a change of this contract. */
export type StreamPart =
  /** The vendor accepted the request. `model` is the version that answers, `responseId` the vendor's id for support. */
  | { readonly type: 'started'; readonly model: string; readonly responseId: string }
  /** Text to be shown, never empty. A part may hold several tokens or a piece of one. */
  | { readonly type: 'text'; readonly text: string }
  /** The model works without text to show (reasoning). It only says that the stream is alive. */
  | { readonly type: 'progress' }
  /** Figures of the vendor, as far as known. They may come several times; the later figure counts. */
  | { readonly type: 'usage'; readonly usage: VendorUsage }
  /** The whole answer was given. */
  | { readonly type: 'finished'; readonly reason: FinishReason }

/** Tokens as the vendor bills them, cumulative for the request. A figure that the vendor did not give is left out. */
export interface VendorUsage {
  /** All input, the cached part included. */
  readonly inputTokens?: number
  /** The part of `inputTokens` that came from the vendor's cache. */
  readonly cachedInputTokens?: number
  /** All output, reasoning included. Only ever the final figure. */
  readonly outputTokens?: number
}

/**
 * `stop`: the model was done. `length`: it reached the output limit or the end of its context window.
 * `content_filter`: the vendor ended the answer for what it says. A reason that is none of these is an error.
 */
export type FinishReason = 'stop' | 'length' | 'content_filter'
