import type { IncomingHttpHeaders } from 'node:http'
import type { AnswerRequest, ProviderName } from './answer-source.ts'

/** Why an answer ended. */
export type Finish = { reason: 'stop' } | { reason: 'length' } | { reason: 'stop_sequence'; sequence: string }

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

/** The server-sent events of one answer, each a complete piece of the body. */
export interface EventWriter {
  begin(): string
  token(text: string): string
  end(finish: Finish, outputTokens: number): string
  /** An error reported inside the stream. */
  error(): string
}

/** A refusal in the vendor's own shape. */
export interface WireError {
  status: number
  headers: Record<string, string>
  body: unknown
}

/** One vendor's wire format. */
export interface Wire {
  provider: ProviderName
  /** Throws a `RefusedRequest` for what the vendor would refuse. */
  read(body: unknown, headers: IncomingHttpHeaders): WireRequest
  events(head: AnswerHead): EventWriter
  whole(head: AnswerHead, text: string, finish: Finish, outputTokens: number): unknown
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

/** Text of a message's content: a string, or the text parts of a list. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part: unknown) => (isRecord(part) && typeof part.text === 'string' ? part.text : '')).join('')
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Splits a trailing assistant message off as the prefill. */
export function splitPrefill(messages: AnswerRequest['messages']): Pick<AnswerRequest, 'messages' | 'prefill'> {
  const last = messages.at(-1)
  return last?.role === 'assistant' ? { messages: messages.slice(0, -1), prefill: last.text } : { messages, prefill: '' }
}

export const strings = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((item): item is string => typeof item === 'string' && item !== '')
