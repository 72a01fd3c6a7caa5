import { z } from 'zod'
import { isAuto } from '../catalogue/catalogue.ts'
import { readBody } from './read-body.ts'

const MOST_INPUTS = 2_048

const isText = (given: unknown): given is string => typeof given === 'string' && given.length > 0
const isTexts = (given: unknown): given is string | string[] =>
  isText(given) || (Array.isArray(given) && given.length > 0 && given.length <= MOST_INPUTS && given.every(isText))

const shape = z.strictObject({
  model: z
    .string()
    .min(1)
    .max(200)
    .refine((id) => !isAuto(id), 'needs the id of an embedding model: vectors of two models cannot be compared'),
  // One complaint instead of one for every token.
  input: z.custom<string | string[]>(
    isTexts,
    `needs a text, or up to ${MOST_INPUTS} of them, none of them empty; arrays of tokens are not supported`,
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
