import { MESSAGE_MAX_CHARACTERS } from '../../live/protocol.ts'

export interface Length {
  /** Characters as people count them: code points, as the server does. */
  count: number
  limit: number
  isTooLong: boolean
  /** Worth showing. */
  isNearLimit: boolean
}

export function lengthOf(text: string): Length {
  // A short text cannot be near the limit, and counting code points of each keystroke is not free.
  const count = text.length < MESSAGE_MAX_CHARACTERS * 0.9 ? text.length : [...text].length
  return {
    count,
    limit: MESSAGE_MAX_CHARACTERS,
    isTooLong: count > MESSAGE_MAX_CHARACTERS,
    isNearLimit: count >= MESSAGE_MAX_CHARACTERS * 0.9,
  }
}
