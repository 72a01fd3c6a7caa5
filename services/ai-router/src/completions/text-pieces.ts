/** The text in pieces of at most `longest` UTF-16 units, none of which ends within a character. */
export function* textPieces(text: string, longest: number): Generator<string> {
  for (let start = 0; start < text.length; ) {
    let end = Math.min(start + longest, text.length)
    if (end < text.length && end > start + 1 && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1
    yield text.slice(start, end)
    start = end
  }
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff
