/** What a model may be able to do besides reading and writing text. */
export const capabilities = ['tools', 'images', 'json_schema'] as const
export type Capability = (typeof capabilities)[number]

/** What a request needs of the model that answers it. What is left out is not needed. */
export interface Needs {
  /** About how many tokens the model must be able to hold. An estimate: it guides a choice and refuses nothing. */
  tokens?: number
  /** The model may call the caller's functions, or reads what such calls gave. */
  tools?: boolean
  /** There are pictures to look at. */
  images?: boolean
  /** The answer must fit a JSON schema. */
  jsonSchema?: boolean
}

interface Able {
  capabilities: readonly Capability[]
  /** Tokens. */
  contextWindow: number
}

const neededOf = ({ tools, images, jsonSchema }: Needs): Capability[] => [
  ...(tools ? (['tools'] as const) : []),
  ...(images ? (['images'] as const) : []),
  ...(jsonSchema ? (['json_schema'] as const) : []),
]

/** What the request needs and the model cannot do. */
export const missingOf = (model: Able, needs: Needs): Capability[] =>
  neededOf(needs).filter((capability) => !model.capabilities.includes(capability))

export const isCapable = (model: Able, needs: Needs): boolean => missingOf(model, needs).length === 0

/**
 * Those whose context window holds the request. Where none does, the widest alone: the estimate may be too high, and
 * whether it truly is too much is the vendor's to say.
 */
export function thatHold<M extends Able>(models: readonly M[], { tokens = 0 }: Needs): readonly M[] {
  const wideEnough = models.filter(({ contextWindow }) => contextWindow >= tokens)
  if (wideEnough.length > 0) return wideEnough
  return models.toSorted((one, other) => other.contextWindow - one.contextWindow).slice(0, 1)
}
