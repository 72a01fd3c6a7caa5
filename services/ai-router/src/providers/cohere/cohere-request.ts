import type { Cohere } from 'cohere-ai'
import type { ProviderRequest, ResponseFormat, Sampling, ToolDefinition, Tools } from '../provider.ts'
import { cohereMessages } from './cohere-messages.ts'

type Request = Cohere.V2ChatStreamRequest

/** The request in Cohere's words (API reference, 'Chat with Streaming'). */
export function cohereRequest(request: ProviderRequest): Request {
  const { model, maxOutputTokens, sampling, tools, responseFormat } = request
  return {
    model,
    messages: cohereMessages(request),
    maxTokens: maxOutputTokens,
    ...(sampling && samplingFields(sampling)),
    ...(tools && toolFields(tools)),
    ...(responseFormat && { responseFormat: formatOf(responseFormat) }),
  }
}

const LEAST_P = 0.01
const MOST_P = 0.99

const samplingFields = ({ temperature, topP, seed, stop }: Sampling): Partial<Request> => ({
  ...(temperature !== undefined && { temperature: Math.min(temperature, 1) }),
  ...(topP !== undefined && { p: Math.min(Math.max(topP, LEAST_P), MOST_P) }),
  ...(seed !== undefined && { seed }),
  ...(stop?.length && { stopSequences: [...stop] }),
})

/** A single function cannot be demanded, but it can be the only one there is. How many calls an answer may hold cannot be said. */
function toolFields({ definitions, choice }: Tools): Partial<Request> {
  const offered = typeof choice === 'string' ? definitions : definitions.filter(({ name }) => name === choice.name)
  if (offered.length === 0) return {}
  return {
    tools: offered.map(toolOf),
    ...(offered.every(({ isStrict }) => isStrict) && { strictTools: true }),
    ...(choice !== 'auto' && { toolChoice: choice === 'none' ? 'NONE' : 'REQUIRED' }),
  }
}

const toolOf = ({ name, description, parameters }: ToolDefinition): Cohere.ToolV2 => ({
  type: 'function',
  function: { name, ...(description !== undefined && { description }), parameters: { type: 'object', ...parameters } },
})

const formatOf = (format: ResponseFormat): Cohere.ResponseFormatV2 => ({
  type: 'json_object',
  ...(format.type === 'json_schema' && { jsonSchema: { ...format.schema } }),
})
