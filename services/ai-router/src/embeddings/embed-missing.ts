import { countTokens, estimateTokens } from '../completions/count-tokens.ts'
import type { Embeddings, Provider } from '../providers/provider.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { type EmbeddingWork, mayBeBilled } from './embedding-work.ts'
import { batchesOf, type TextBatch } from './text-batches.ts'

export interface MissingOptions {
  texts: readonly string[]
  dimensions: number | undefined
  /** Longest time of one request. */
  requestMs: number
  /** A batch has its vectors. */
  onProgress(latencyMs: number): void
  signal: AbortSignal
}

export interface MissingResult {
  error: ProviderError | null
  /** Tokens of requests that came to nothing and may be billed all the same. */
  lostTokens: number
}

/** Requests of one call that run at the same time. */
const AT_ONCE = 4

/**
 * Has one target make the vectors that its work lacks, batch by batch. The first failure ends the pass and whatever runs
 * beside it; what is there by then stays in the work. Never rejects.
 */
export async function embedMissing(provider: Provider, work: EmbeddingWork, options: MissingOptions): Promise<MissingResult> {
  const { texts, signal } = options
  const { embed, embeddingLimits } = provider
  if (!embed || !embeddingLimits)
    return { error: new ProviderError('unknown_model', `provider '${provider.id}' makes no vectors`), lostTokens: 0 }
  const missing = texts.flatMap((_, index) => (work.vectors[index] ? [] : [index]))
  const waiting = batchesOf(
    missing.map((index) => texts[index] ?? ''),
    embeddingLimits,
  )
  const ending = new AbortController()
  const passOn = () => ending.abort(signal.reason)
  signal.addEventListener('abort', passOn, { once: true })
  if (signal.aborted) passOn()
  let failure: ProviderError | null = null
  let lostTokens = 0

  async function ask(batch: TextBatch): Promise<void> {
    const startedMs = performance.now()
    const request = new AbortController()
    const end = () => request.abort(ending.signal.reason)
    ending.signal.addEventListener('abort', end, { once: true })
    const timer = setTimeout(
      () => request.abort(new ProviderError('timeout', `no vectors within ${options.requestMs} ms`)),
      options.requestMs,
    )
    try {
      const answer = await embed?.({ model: work.model.vendorModel, inputs: batch.texts, dimensions: options.dimensions }, request.signal)
      if (!answer) return
      keep(answer, batch)
      options.onProgress(performance.now() - startedMs)
    } catch (error) {
      if (mayBeBilled(error)) lostTokens += batch.texts.reduce((sum, text) => sum + estimateTokens(text), 0)
      throw error
    } finally {
      clearTimeout(timer)
      ending.signal.removeEventListener('abort', end)
    }
  }

  function keep({ vectors, usage }: Embeddings, { from, texts: asked }: TextBatch): void {
    const length = work.vectors.find((vector) => vector !== undefined)?.length ?? vectors[0]?.length
    if (vectors.some((vector) => vector.length !== length))
      throw new ProviderError('malformed', 'the vectors of one model differ in length')
    for (const [offset, vector] of vectors.entries()) work.vectors[missing[from + offset] ?? 0] = vector
    work.inputTokens += usage.inputTokens || asked.reduce((sum, text) => sum + countTokens(text), 0)
    work.isEstimated ||= !usage.inputTokens
  }

  async function worker(): Promise<void> {
    for (let batch = waiting.shift(); batch && !failure; batch = waiting.shift()) {
      if (ending.signal.aborted) throw ending.signal.reason
      await ask(batch)
    }
  }

  const workers = Array.from({ length: Math.min(AT_ONCE, waiting.length) }, () =>
    worker().catch((error: unknown) => {
      failure ??= error instanceof ProviderError ? error : new ProviderError('malformed', 'the provider failed', { cause: error })
      ending.abort(new ProviderError('aborted', 'another request of this call failed'))
    }),
  )
  await Promise.all(workers)
  signal.removeEventListener('abort', passOn)
  return { error: failure, lostTokens }
}
