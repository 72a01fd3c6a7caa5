import type { EmbeddingLimits } from '../providers/provider.ts'

/** Texts that go to a vendor in one request. */
export interface TextBatch {
  /** Where the first of them stands in the whole. */
  from: number
  texts: readonly string[]
}

/** Fewer than in any script people write: a batch that is estimated to fit does fit. */
const BYTES_PER_TOKEN = 3

/** The texts in their order, in as few requests as a vendor's limits allow. One that is too long by itself is alone. */
export function batchesOf(texts: readonly string[], limits: EmbeddingLimits): TextBatch[] {
  const batches: TextBatch[] = []
  let from = 0
  let tokens = 0
  const close = (to: number) => {
    if (to > from) batches.push({ from, texts: texts.slice(from, to) })
    from = to
    tokens = 0
  }
  for (const [index, text] of texts.entries()) {
    const more = Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN)
    if (index - from >= limits.inputs || tokens + more > limits.tokens) close(index)
    tokens += more
  }
  close(texts.length)
  return batches
}
