/** What a character is to whoever looks for words. */
export const OTHER = 0
export const WORD = 1
export const SPACE = 2

/** By UTF-16 unit; 255: not looked at yet. Asking a regular expression once a unit instead of once a character of every text. */
const kinds = new Uint8Array(1 << 16).fill(255)
const IN_WORD = /[\p{L}\p{N}]/u

/** Of the character at `index`; halves of a pair are looked at together. */
export function kindAt(text: string, index: number): number {
  const unit = text.charCodeAt(index)
  const known = kinds[unit] ?? OTHER
  if (known !== 255) return known
  if (unit >= 0xd800 && unit <= 0xdfff) return kindOf(String.fromCodePoint(text.codePointAt(index) ?? 0))
  const kind = kindOf(String.fromCharCode(unit))
  kinds[unit] = kind
  return kind
}

const kindOf = (character: string): number => (IN_WORD.test(character) ? WORD : /\s/u.test(character) ? SPACE : OTHER)

/** UTF-16 units of the character at `index`. */
export function sizeAt(text: string, index: number): number {
  const unit = text.charCodeAt(index)
  if (unit < 0xd800 || unit > 0xdbff) return 1
  const next = text.charCodeAt(index + 1)
  return next >= 0xdc00 && next <= 0xdfff ? 2 : 1
}
