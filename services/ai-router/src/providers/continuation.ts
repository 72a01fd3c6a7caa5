import type { PartTaker, ProviderRequest, StreamPart } from './provider.ts'

/** Asks a model that does not continue its own text to do so all the same. */
export const CONTINUE_INSTRUCTION =
  'Your last message was cut off. Continue it from its very last character, even in the middle of a word. ' +
  'Do not repeat anything, do not begin again, and write nothing before the continuation.'

/** An unfinished answer as a vendor takes it. */
export interface Seam {
  /** The prefill without white space at its end: vendors refuse it there, and tokenizers continue badly after it. */
  text: string
  /** What was taken off; the vendor tends to write it again. */
  whiteSpace: string
}

export function seamOf({ prefill }: Pick<ProviderRequest, 'prefill'>): Seam {
  const text = prefill.trimEnd()
  return { text, whiteSpace: prefill.slice(text.length) }
}

/** `take`, without the white space its reader has already seen at the beginning of the continuation. */
export function afterSeam(take: PartTaker, whiteSpace: string): PartTaker {
  let seen = whiteSpace
  return (batch) => {
    const joined = seen === '' ? batch : batch.flatMap(withoutRepetition)
    return joined.length > 0 ? take(joined) : undefined
  }

  function withoutRepetition(part: StreamPart): StreamPart | [] {
    if (seen === '' || part.type !== 'text') return part
    const repeated = commonStart(seen, part.text)
    const text = part.text.slice(repeated)
    // Once other text came the seam is behind us.
    seen = text === '' ? seen.slice(repeated) : ''
    return text === '' ? [] : { type: 'text', text }
  }
}

function commonStart(one: string, other: string): number {
  let length = 0
  while (length < one.length && length < other.length && one[length] === other[length]) length += 1
  return length
}
