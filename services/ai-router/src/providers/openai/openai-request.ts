import type { ChatCompletionCreateParamsStreaming, ChatCompletionFunctionTool } from 'openai/resources/chat/completions'
import type { ProviderRequest, ResponseFormat, Sampling, ToolDefinition, Tools } from '../provider.ts'
import { OPENAI, type OpenaiDialect } from './openai-dialects.ts'
import { openaiMessages } from './openai-messages.ts'

type Body = ChatCompletionCreateParamsStreaming

/** The request in OpenAI's words (API reference, 'Create chat completion'). */
export function openaiBody(request: ProviderRequest, dialect: OpenaiDialect = OPENAI): Body {
  const { model, maxOutputTokens, sampling, tools, responseFormat } = request
  return {
    model,
    messages: openaiMessages(request, dialect),
    [dialect.outputLimitField]: maxOutputTokens,
    stream: true,
    ...(dialect.knowsStreamOptions && { stream_options: { include_usage: true } }),
    ...(sampling && samplingFields(sampling, dialect)),
    ...(tools && toolFields(tools, dialect)),
    ...(responseFormat && { response_format: formatOf(responseFormat) }),
  }
}

function samplingFields({ temperature, topP, seed, stop }: Sampling, { seedField }: OpenaiDialect): Partial<Body> {
  return {
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(seed !== undefined && { [seedField]: seed }),
    ...(stop?.length && { stop: [...stop] }),
  }
}

function toolFields({ definitions, choice, mayCallSeveral }: Tools, { knowsParallelToolCalls }: OpenaiDialect): Partial<Body> {
  // A choice among no tools is refused (400).
  if (definitions.length === 0) return {}
  return {
    tools: definitions.map(toolOf),
    tool_choice: typeof choice === 'string' ? choice : { type: 'function', function: { name: choice.name } },
    ...(mayCallSeveral !== undefined && knowsParallelToolCalls && { parallel_tool_calls: mayCallSeveral }),
  }
}

const toolOf = ({ name, description, parameters, isStrict }: ToolDefinition): ChatCompletionFunctionTool => ({
  type: 'function',
  function: {
    name,
    ...(description !== undefined && { description }),
    ...(parameters && { parameters: { ...parameters } }),
    ...(isStrict !== undefined && { strict: isStrict }),
  },
})

function formatOf(format: ResponseFormat): NonNullable<Body['response_format']> {
  if (format.type === 'json_object') return { type: 'json_object' }
  const { name, schema, isStrict } = format
  return { type: 'json_schema', json_schema: { name, schema: { ...schema }, ...(isStrict !== undefined && { strict: isStrict }) } }
}
