import type { MessageCreateParamsStreaming, Tool, ToolChoice } from '@anthropic-ai/sdk/resources/messages'
import type { ProviderRequest, ResponseFormat, Sampling, ToolDefinition, Tools } from '../provider.ts'
import { ProviderError } from '../provider-error.ts'
import { anthropicMessages } from './anthropic-messages.ts'

/** The SDK's types leave out what the newest models refuse; the API still takes it for the others. */
type Body = MessageCreateParamsStreaming & { temperature?: number; top_p?: number }

/** The request in Anthropic's words (API reference, 'Create a Message'). */
export function anthropicBody(request: ProviderRequest): Body {
  const { model, system, maxOutputTokens, sampling, tools, responseFormat } = request
  return {
    model,
    messages: anthropicMessages(request),
    max_tokens: maxOutputTokens,
    stream: true,
    ...(system !== '' && { system }),
    ...(sampling && samplingFields(model, sampling)),
    ...(tools && toolFields(tools)),
    ...(responseFormat && { output_config: { format: formatOf(responseFormat) } }),
  }
}

/** Models up to 4.6 (Haiku: 4.5). Later ones refuse to be told how to pick words (400), so there the wish is left out. */
const TAKES_SAMPLING = /^claude-(?:3|2|instant|(?:opus|sonnet|haiku)-4(?:-[0-6])?(?:-\d{8})?$)/

/** There is no seed. Of temperature (0 to 1 here) and top_p models of version 4 take one, not both. */
function samplingFields(model: string, { temperature, topP, stop }: Sampling): Partial<Body> {
  const takesSampling = TAKES_SAMPLING.test(model)
  return {
    ...(stop?.length && { stop_sequences: [...stop] }),
    ...(takesSampling && temperature !== undefined && { temperature: Math.min(temperature, 1) }),
    ...(takesSampling && temperature === undefined && topP !== undefined && { top_p: topP }),
  }
}

function toolFields({ definitions, choice, mayCallSeveral }: Tools): Partial<Body> {
  if (definitions.length === 0) return {}
  return { tools: definitions.map(toolOf), tool_choice: choiceOf(choice, mayCallSeveral === false) }
}

const toolOf = ({ name, description, parameters, isStrict }: ToolDefinition): Tool => ({
  name,
  ...(description !== undefined && { description }),
  input_schema: { type: 'object', ...parameters },
  ...(isStrict && { strict: true }),
})

function choiceOf(choice: Tools['choice'], isSingle: boolean): ToolChoice {
  const single = isSingle && { disable_parallel_tool_use: true }
  if (typeof choice !== 'string') return { type: 'tool', name: choice.name, ...single }
  if (choice === 'none') return { type: 'none' }
  return { type: choice === 'required' ? 'any' : 'auto', ...single }
}

function formatOf(format: ResponseFormat) {
  if (format.type === 'json_schema') return { type: 'json_schema' as const, schema: { ...format.schema } }
  throw new ProviderError('invalid', 'Anthropic answers in JSON only by a schema')
}
