/** Of shorter keys the last characters would give too much away. */
const SHOWN_FROM_CHARACTERS = 16
const SHOWN_CHARACTERS = 4

/** A key as people are shown it: `sk-…abcd` tells keys apart and is of no use otherwise. */
export function maskKey(apiKey: string): string {
  const [vendorsPrefix = ''] = /^[A-Za-z]{2,4}[-_]/.exec(apiKey) ?? []
  return `${vendorsPrefix}…${apiKey.length < SHOWN_FROM_CHARACTERS ? '' : apiKey.slice(-SHOWN_CHARACTERS)}`
}
