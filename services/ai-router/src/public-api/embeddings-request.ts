import { z } from 'zod'
import { readBody } from './read-body.ts'

const MOST_INPUTS = 2_048
const input = z.string().min(1, 'needs a text')

const shape = z.strictObject({
  model: z.string().min(1).max(200),
  input: z.union(
    [input, z.array(input).min(1).max(MOST_INPUTS)],
    `needs a text, or up to ${MOST_INPUTS} of them; arrays of tokens are not supported`,
  ),
  dimensions: z.number().int().min(1).max(16_384).nullish(),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  user: z.unknown().optional(),
})

/** A request to POST /v1/embeddings, checked. */
export interface EmbeddingsWish {
  model: string
  inputs: readonly string[]
  dimensions?: number
  isBase64: boolean
}

/** Throws `invalid_request` with what is wrong where. */
export function readEmbeddingsRequest(body: unknown): EmbeddingsWish {
  const { model, input: given, dimensions, encoding_format } = readBody(shape, body)
  return {
    model,
    inputs: typeof given === 'string' ? [given] : given,
    dimensions: dimensions ?? undefined,
    isBase64: encoding_format === 'base64',
  }
}
