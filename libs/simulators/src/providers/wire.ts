import type { IncomingHttpHeaders } from 'node:http'
import type { AnswerRequest, ProviderName, SimulatedCall } from './answer-source.ts'

/** Why an answer ended. */
export type Finish = { reason: 'stop' } | { reason: 'length' } | { reason: 'tool_calls' } | { reason: 'stop_sequence'; sequence: string }

/** A request as read from a vendor's format. */
export interface WireRequest extends AnswerRequest {
  stream: boolean
  includeUsage: boolean
  /** Infinity without a limit. */
  maxOutputTokens: number
  stopSequences: string[]
}

/** What the frames of one answer have in common. */
export interface AnswerHead {
  model: string
  inputTokens: number
  includeUsage: boolean
}

/** What an answer consists of. */
export interface AnswerContent {
  text: string
  toolCalls: readonly SimulatedCall[]
}

/** The server-sent events of one answer, each a complete piece of the body. */
export interface EventWriter {
  begin(): string
  token(text: string): string
  /** After the text. `index` counts from 0. */
  toolCall(call: SimulatedCall, index: number): string
  end(finish: Finish, outputTokens: number): string
  /** An error reported inside the stream. */
  error(): string
}

/** A refusal in the vendor's own shape. */
export interface WireError {
  status: number
  headers?: Record<string, string>
  body: unknown
}

/** One vendor's wire format. */
export interface Wire {
  provider: ProviderName
  /** Is a path, below the one where it is mounted, one of its chat endpoints? */
  isChat(path: string): boolean
  /** Throws a `RefusedRequest` for what the vendor would refuse. */
  read(body: unknown, headers: IncomingHttpHeaders, path: string): WireRequest
  events(head: AnswerHead): EventWriter
  whole(head: AnswerHead, content: AnswerContent, finish: Finish, outputTokens: number): unknown
  error(status: number, message: string, retryAfterS?: number): WireError
}

/** The vendor would refuse this request with `status`. */
export class RefusedRequest extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.name = 'RefusedRequest'
    this.status = status
  }
}
