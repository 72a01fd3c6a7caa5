import { createHash, randomUUIDv7 } from 'node:crypto'
import { commonErrors } from '@parley/errors'
import { stringify } from 'uuid'

/** What every object of one answer says about it. */
export interface CompletionIdentity {
  /** `chatcmpl-` and the call's id: what a user tells is found in the books. */
  id: string
  /** Seconds since 1970. */
  created: number
}

export const identityOf = (callId: string): CompletionIdentity => ({
  id: `chatcmpl-${callId.replaceAll('-', '')}`,
  created: Math.floor(Date.now() / 1000),
})

const KEY = /^[\x21-\x7e]{1,255}$/

/**
 * The id of a call: a new one, or with an Idempotency-Key always the same one for this user, so that a request that is
 * sent again is run and charged once.
 */
export function callIdOf(userId: string, idempotencyKey: string | string[] | undefined): string {
  if (idempotencyKey === undefined) return randomUUIDv7()
  if (typeof idempotencyKey !== 'string' || !KEY.test(idempotencyKey)) {
    throw commonErrors.invalid_request({ errors: [{ path: 'Idempotency-Key', message: 'needs 1 to 255 visible ASCII characters' }] })
  }
  const bytes = new Uint8Array(createHash('sha256').update(`${userId}\n${idempotencyKey}`).digest().subarray(0, 16))
  // A UUID of version 8: made by a rule of ours (RFC 9562).
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return stringify(bytes)
}
