import { abortReason, tokenFigure } from './event-stream.ts'
import type { Embeddings } from './provider.ts'
import { ProviderError } from './provider-error.ts'
import type { VendorHttp } from './vendor-http.ts'

/** What a vendor answered, not checked yet. */
interface Answer {
  vectors: unknown
  inputTokens: unknown
}

interface Vendor {
  http: Pick<VendorHttp, 'hold'>
  /** What `ask` threw, in our terms. */
  classify(error: unknown): ProviderError
}

/** The part of `Provider.embed` that is the same for every vendor: errors in our terms, and a vector for every input. */
export async function embedWith(
  { http, classify }: Vendor,
  inputs: number,
  signal: AbortSignal,
  ask: () => Promise<Answer>,
): Promise<Embeddings> {
  const release = http.hold()
  try {
    const { vectors, inputTokens } = await ask()
    if (!Array.isArray(vectors) || vectors.length !== inputs || !vectors.every(isVector))
      throw new ProviderError('malformed', 'the vendor did not give one vector for each input')
    return { vectors, usage: { inputTokens: tokenFigure(inputTokens) } }
  } catch (error) {
    if (signal.aborted) throw abortReason(signal)
    throw error instanceof ProviderError ? error : classify(error)
  } finally {
    release()
  }
}

const isVector = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length > 0 && value.every((figure) => Number.isFinite(figure))
