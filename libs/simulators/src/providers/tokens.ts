// Close to what vendors' tokenizers do with English: a word with its leading space is one token, long words are several.
const PIECE = / ?\p{L}{1,7}|\p{N}{1,3}| ?[^\s\p{L}\p{N}]{1,3}|\s+/gu

/** Cuts text into tokens; joined again they are exactly the text. */
export const splitTokens = (text: string): string[] => text.match(PIECE) ?? []

/** Number of tokens `splitTokens` finds; the usage figures of both wire formats are counted with it. */
export const countTokens = (text: string): number => splitTokens(text).length
