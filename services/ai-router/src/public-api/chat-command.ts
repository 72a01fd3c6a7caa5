import { commonErrors } from '@parley/errors'
import type { Plan } from '../catalogue/catalogue.ts'
import type { CompletionCommand } from '../completions/completion-command.ts'
import type { ResponseFormat, Sampling, Tools } from '../providers/provider.ts'
import { conversationOf } from './chat-messages.ts'
import type { ChatRequest } from './chat-request.ts'

export interface ApiCaller {
  callId: string
  userId: string
  plan: Plan
}

/** What a checked request asks for. Throws `invalid_request` when its messages are no conversation. */
export function chatCommand(request: ChatRequest, { callId, userId, plan }: ApiCaller): CompletionCommand {
  const conversation = conversationOf(request.messages)
  if ('index' in conversation) {
    const { index, message } = conversation
    throw commonErrors.invalid_request({ errors: [{ path: `messages.${index}.content`, message }] })
  }
  return {
    ...{ callId, turnId: '', userId, plan, purpose: 'api', model: request.model },
    ...conversation,
    maxOutputTokens: request.max_completion_tokens ?? request.max_tokens ?? 0,
    sampling: samplingOf(request),
    tools: toolsOf(request),
    responseFormat: formatOf(request),
  }
}

function samplingOf({ temperature, top_p, seed, stop }: ChatRequest): Sampling | undefined {
  const sampling: Sampling = {
    temperature: temperature ?? undefined,
    topP: top_p ?? undefined,
    seed: seed ?? undefined,
    stop: typeof stop === 'string' ? [stop] : stop?.length ? stop : undefined,
  }
  return Object.values(sampling).some((value) => value !== undefined) ? sampling : undefined
}

function toolsOf({ tools, tool_choice, parallel_tool_calls }: ChatRequest): Tools | undefined {
  if (!tools?.length) return undefined
  return {
    definitions: tools.map(({ function: { name, description, parameters, strict } }) => ({
      ...{ name, description, parameters },
      isStrict: strict ?? undefined,
    })),
    choice: typeof tool_choice === 'object' && tool_choice ? { name: tool_choice.function.name } : (tool_choice ?? 'auto'),
    mayCallSeveral: parallel_tool_calls ?? undefined,
  }
}

function formatOf({ response_format: format }: ChatRequest): ResponseFormat | undefined {
  if (format?.type === 'json_object') return { type: 'json_object' }
  if (format?.type !== 'json_schema') return undefined
  const { name, schema = {}, strict } = format.json_schema
  return { type: 'json_schema', name, schema, isStrict: strict ?? undefined }
}
