/**
 * The contract between the router and a model vendor. Everything the router knows about vendors is here; a vendor's own
 * words (its roles, finish reasons, error codes, usage fields) end in the vendor's folder.
 *
 * A provider does one thing: it turns a neutral request into one stream of neutral parts. It does not retry, does not
 * fall back, keeps no clocks and knows no prices, plans or users: the router does that, once, for all vendors.
 * `conformance.ts` beside this file is the contract as tests; every provider passes it.
 */
export interface Provider {
  /** What its record calls it: `openai`, `our-vllm`, … */
  readonly id: string

  /** Where its requests go, for spans. */
  readonly address: { readonly host: string; readonly port: number }

  /**
   * Sends one request and gives its answer to `take` as it comes. Resolves once `take` had all of it.
   *
   * - Parts come in this order: `started`, then any number of `text`, `tool_call`, `progress` and `usage`, then `finished`.
   *   `finished` is there exactly once and is the last part.
   * - They come in batches, none of them empty: what the network brought at once is given at once, in the moment in which
   *   it came, because a promise for each part would cost more than the part. A batch is never held back for another.
   * - Everything else ends in a rejection with a `ProviderError`. That includes a stream that ends without the vendor's
   *   finish reason: it was cut, whatever the HTTP status said. What was given before the error stays valid.
   * - While a promise of `take` is pending nothing is given and nothing is read beyond the transport's own buffers: a
   *   reader without room stops the vendor.
   * - When `signal` fires, or `take` throws, the vendor's connection is closed at once, so that the vendor stops
   *   generating. The stream is then rejected with `signal.reason` if that is a `ProviderError`, otherwise with kind
   *   `aborted`; after a throw with what was thrown.
   * - The same provider serves any number of streams at a time.
   */
  stream(request: ProviderRequest, signal: AbortSignal, take: PartTaker): Promise<void>

  /**
   * Vectors of texts, for vendors that have models for it. Throws ProviderError like `stream`; `signal` ends the request.
   */
  embed?(request: EmbeddingRequest, signal: AbortSignal): Promise<Embeddings>

  /** What one request of `embed` may hold; there where `embed` is. */
  readonly embeddingLimits?: EmbeddingLimits

  /** Closes as soon as what runs has ended by itself. Who still holds the provider may not ask it for more. */
  retire(): Promise<void>

  /** Closes idle connections and cuts what still runs. The provider is of no use afterwards. */
  close(): Promise<void>
}

/** Takes the next parts of an answer. Returns a promise where the one after them has to wait for it. */
export type PartTaker = (parts: readonly StreamPart[]) => Promise<void> | undefined

/** What a provider is made from. */
export interface ProviderSettings {
  id: string
  /** Null for an endpoint that asks for none; only OpenAI-compatible ones do. */
  apiKey: string | null
  /** Without a slash at the end. OpenAI's and compatible ones usually end in `/v1`; the others' is the origin. */
  baseUrl: string
  /** Longest time to open a connection, TLS included, in milliseconds. The error is `unreachable`. */
  connectTimeoutMs: number
}

export interface ProviderRequest {
  /** The vendor's name of the model (the catalogue's `vendorModel`). */
  model: string
  /** The operator's text; empty for none. Text of users never goes here. */
  system: string
  /** Oldest first; at least one, the last one is the user's or a tool's. */
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
  /** What the caller chose of how words are picked; what is left out is the vendor's default. */
  sampling?: Sampling
  /** Functions the model may ask the caller to call. They are passed through: nobody here calls them. */
  tools?: Tools
  /** Left out: plain text. */
  responseFormat?: ResponseFormat
}

/** Wishes: a vendor or a model that does not know one goes without, and a figure beyond its range is taken to the edge. */
export interface Sampling {
  /** 0 to 2. */
  readonly temperature?: number
  /** 0 to 1. */
  readonly topP?: number
  readonly seed?: number
  /** At most 4. The answer ends before one of them would come. */
  readonly stop?: readonly string[]
}

export interface Tools {
  readonly definitions: readonly ToolDefinition[]
  readonly choice: 'auto' | 'none' | 'required' | { readonly name: string }
  /** False: at most one call in an answer, where the vendor can promise that (Gemini and Cohere cannot). */
  readonly mayCallSeveral?: boolean
}

export interface ToolDefinition {
  readonly name: string
  readonly description?: string
  /** JSON Schema of the arguments. */
  readonly parameters?: Readonly<Record<string, unknown>>
  /** The arguments must fit the schema exactly, where the vendor can promise that. */
  readonly isStrict?: boolean
}

export type ResponseFormat =
  | { readonly type: 'json_object' }
  | { readonly type: 'json_schema'; readonly name: string; readonly schema: Readonly<Record<string, unknown>>; readonly isStrict?: boolean }

export type ChatMessage =
  /** `text` is not empty unless there are images. */
  | { readonly role: 'user'; readonly text: string; readonly images?: readonly Image[] }
  /** `text` is not empty unless there are tool calls. */
  | { readonly role: 'assistant'; readonly text: string; readonly toolCalls?: readonly ToolCall[] }
  /** What a called function gave back. */
  | { readonly role: 'tool'; readonly text: string; readonly toolCallId: string }

/** Where a picture is, or the picture itself: a `data:` URL with base64. Which ones a model takes, its vendor decides. */
export interface Image {
  readonly url: string
}

export interface ToolCall {
  /** As the stream gave it: some vendors keep in it what they need to see again. */
  readonly id: string
  readonly name: string
  /** JSON, as the model wrote it; not necessarily valid. */
  readonly arguments: string
}

export interface EmbeddingRequest {
  model: string
  /** At least one; none is empty. */
  inputs: readonly string[]
  /** Vectors of questions and of what is searched lie in one space but are made differently by some vendors. Left out: `document`. */
  purpose?: 'document' | 'query'
  /** Left out: the model's own. */
  dimensions?: number
}

/** More than that and the vendor refuses the request. A single text that is too long for the model is not what these are about. */
export interface EmbeddingLimits {
  readonly inputs: number
  /** Of all inputs together. */
  readonly tokens: number
}

export interface Embeddings {
  /** One for each input, in their order. */
  vectors: readonly (readonly number[])[]
  usage: VendorUsage
}

/** Everything a stream can contain. The set is closed: a new kind of part is a change of this contract. */
export type StreamPart =
  /** The vendor accepted the request. `model` is the version that answers, `responseId` the vendor's id for support. */
  | { readonly type: 'started'; readonly model: string; readonly responseId: string }
  /** Text to be shown, never empty. A part may hold several tokens or a piece of one. */
  | { readonly type: 'text'; readonly text: string }
  /**
   * A piece of a tool call. The first piece of each `index` (from 0) has `id` and `name`, later ones only add to
   * `arguments`.
   */
  | { readonly type: 'tool_call'; readonly index: number; readonly id?: string; readonly name?: string; readonly arguments: string }
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
 * `stop`: the model was done. `length`: it reached the output limit or the end of its context window. `tool_calls`: it
 * waits for what its tool calls give. `content_filter`: the vendor ended the answer for what it says. A reason that is
 * none of these is an error.
 */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter'
