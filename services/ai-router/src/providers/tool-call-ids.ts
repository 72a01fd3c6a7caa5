import { createHash } from 'node:crypto'

/** What every vendor takes: OpenAI has a limit of 40 characters, Anthropic no others than these. */
const PORTABLE = /^[\w-]{1,40}$/

/** A tool call's id as a vendor takes it that may not have made it; the same for the call and for its result. */
export const portableId = (id: string): string =>
  PORTABLE.test(id) ? id : `call_${createHash('sha256').update(id).digest('hex').slice(0, 24)}`
