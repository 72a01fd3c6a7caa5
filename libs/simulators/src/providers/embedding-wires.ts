import { randomUUID } from 'node:crypto'
import { cohereWire } from './cohere-wire.ts'
import { geminiWire } from './gemini-wire.ts'
import { openaiWire } from './openai-wire.ts'
import { isRecord, textOf } from './request-body.ts'
import { RefusedRequest, type Wire } from './wire.ts'

/** What a client wants vectors of. */
export interface EmbeddingRequest {
  model: string
  inputs: string[]
  dimensions?: number
}

/** One vendor's format of embeddings. */
export interface EmbeddingWire extends Pick<Wire, 'provider' | 'error'> {
  /** Carries the key; a request without it is refused. */
  keyHeader: string
  /** Is a path, below the one where it is mounted, its endpoint? */
  isEmbedding(path: string): boolean
  /** Throws a `RefusedRequest` for what the vendor would refuse. */
  read(body: Record<string, unknown>, path: string): EmbeddingRequest
  write(request: EmbeddingRequest, vectors: number[][], inputTokens: number, body: Record<string, unknown>): unknown
}

/** As many as the largest model of any vendor has. */
const MOST_DIMENSIONS = 4_096

/** Undefined where none are asked for. */
function dimensionsOf(value: unknown): number | undefined {
  if (value === undefined) return undefined
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MOST_DIMENSIONS) return Number(value)
  throw new RefusedRequest(400, `There are no vectors of ${JSON.stringify(value)} dimensions.`)
}

/** One text or several, none of them empty: a text that was left out would leave its vector out. */
function textsOf(value: unknown): string[] {
  const texts = Array.isArray(value) ? value : [value]
  if (texts.length > 0 && texts.every((text) => typeof text === 'string' && text !== '')) return texts
  throw new RefusedRequest(400, 'There is nothing to embed, or not only texts.')
}

/** API reference, 'Create embeddings'. The official SDK asks for base64: the bytes of 32-bit floats, little end first. */
const openai: EmbeddingWire = {
  provider: openaiWire.provider,
  error: openaiWire.error,
  keyHeader: 'authorization',
  isEmbedding: (path) => path === '/',
  read: ({ model, input, dimensions }) => ({ model: String(model ?? ''), inputs: textsOf(input), dimensions: dimensionsOf(dimensions) }),
  write: ({ model }, vectors, inputTokens, { encoding_format }) => ({
    object: 'list',
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: encoding_format === 'base64' ? Buffer.from(new Float32Array(vector).buffer).toString('base64') : vector,
    })),
    model,
    usage: { prompt_tokens: inputTokens, total_tokens: inputTokens },
  }),
}

const GEMINI_PATH = /^\/([^/:]+):batchEmbedContents$/

/** API reference, 'models.batchEmbedContents'. */
const gemini: EmbeddingWire = {
  provider: geminiWire.provider,
  error: geminiWire.error,
  keyHeader: 'x-goog-api-key',
  isEmbedding: (path) => GEMINI_PATH.test(path),
  read({ requests }, path) {
    const list = (Array.isArray(requests) ? requests : []).filter(isRecord)
    return {
      model: GEMINI_PATH.exec(path)?.[1] ?? '',
      inputs: textsOf(list.map(({ content }) => (isRecord(content) ? textOf(content.parts) : ''))),
      dimensions: dimensionsOf(list[0]?.outputDimensionality),
    }
  },
  write: (_request, vectors) => ({ embeddings: vectors.map((values) => ({ values })) }),
}

/** API reference, 'Embed (v2)'. */
const cohere: EmbeddingWire = {
  provider: cohereWire.provider,
  error: cohereWire.error,
  keyHeader: 'authorization',
  isEmbedding: (path) => path === '/',
  read({ model, texts, input_type, output_dimension }) {
    if (typeof input_type !== 'string') throw new RefusedRequest(400, 'invalid request: valid input_type must be provided')
    return { model: String(model ?? ''), inputs: textsOf(texts), dimensions: dimensionsOf(output_dimension) }
  },
  write: ({ inputs }, vectors, inputTokens) => ({
    id: randomUUID(),
    embeddings: { float: vectors },
    texts: inputs,
    meta: { api_version: { version: '2' }, billed_units: { input_tokens: inputTokens } },
    response_type: 'embeddings_by_type',
  }),
}

export const embeddingWires = { openai, gemini, cohere } as const
