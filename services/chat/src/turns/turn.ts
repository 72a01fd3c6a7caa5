import { createHash } from 'node:crypto'
import { chatApi, commonApi } from '@parley/contracts'
import { commonErrors, errors } from '../errors.ts'
import { type MessageRow, toMessage } from '../messages/message.ts'
import { marksOf } from './frame-marks.ts'
import { missedText } from './missed-text.ts'

export type Plan = 'free' | 'pro' | 'admin'
export type TurnStatus = chatApi.Turn['status']
export type TurnError = NonNullable<chatApi.Turn['error']>

/** What a replica needs to write the answer of a turn it holds the lease of. */
export interface TurnWork {
  id: string
  userId: string
  conversationId: string
  userMessageId: string
  assistantMessageId: string
  plan: Plan
  /** Catalogue id or `auto`. */
  model: string
  /** Another answer to a question that has one: none that is kept for the same request will do. */
  isFresh: boolean
  /** The fencing number: a write with a lower one than the row's changes nothing. */
  attempt: number
  traceParent: string | null
}

export interface TurnRow {
  id: string
  userId: string
  conversationId: string
  userMessageId: string
  assistantMessageId: string
  requestHash: Uint8Array
  status: TurnStatus
  text: string
  seq: number
  marksFromSeq: number
  marks: Uint8Array | null
  errorCode: string | null
  errorMessage: string | null
  retryAfterS: number | null
  /** While it is queued: 1 for the next one of its user. */
  place: number | null
}

export function toTurn(row: TurnRow, answer: MessageRow | null = null, afterSeq?: number): chatApi.Turn {
  const { id, status, conversationId, userMessageId, assistantMessageId, text, seq } = row
  const error =
    row.errorCode === null ? undefined : { code: row.errorCode, message: row.errorMessage ?? '', retryAfter: row.retryAfterS ?? undefined }
  return {
    id,
    status,
    conversationId,
    userMessageId,
    assistantMessageId,
    text,
    seq,
    ...(row.place !== null && { place: row.place }),
    ...(afterSeq !== undefined && {
      missed: missedText({ text, seq, marks: row.marks && marksOf(row.marksFromSeq, row.marks) }, afterSeq),
    }),
    ...(error && { error }),
    ...(answer && { message: toMessage(answer) }),
  }
}

/** Tells a repeated request from another one under the same id. */
export function hashOf(...request: (string | null | undefined)[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(
    createHash('sha256')
      .update(JSON.stringify(request.map((part) => part ?? null)))
      .digest(),
  )
}

/** Code points, so that a character outside the basic plane counts once. */
export function lengthOf(text: string): number {
  let length = 0
  for (const _ of text) length += 1
  return length
}

/** Throws `message_too_long` with both figures, or `invalid_request` for a message without a visible character. */
export function checkMessage(text: string): void {
  const length = lengthOf(text)
  if (length > chatApi.MESSAGE_MAX_CHARACTERS) throw errors.message_too_long({ params: { length, limit: chatApi.MESSAGE_MAX_CHARACTERS } })
  if (text.trim() === '') throw commonErrors.invalid_request({ errors: [{ path: 'text', message: 'has no visible character' }] })
}

export const isId = (value: string): boolean => commonApi.id.safeParse(value).success
