import { commonErrors } from '@parley/errors'

/** A place in a shared branch: its depth. Cursors of other lists name messages, and readers of a link learn no ids. */
export const encodeDepth = (depth: number): string => Buffer.from(`d${depth}`).toString('base64url')

/** Throws `invalid_request` on what `encodeDepth` did not make. */
export function decodeDepth(cursor: string): number {
  const [, digits] = /^d(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (digits === undefined) throw commonErrors.invalid_request({ errors: [{ path: 'cursor', message: 'is not a cursor of this list' }] })
  return Number(digits)
}
