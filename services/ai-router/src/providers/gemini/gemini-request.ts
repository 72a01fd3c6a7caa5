import type {
  FunctionCallingConfig,
  FunctionCallingConfigMode,
  FunctionDeclaration,
  GenerateContentConfig,
  GenerateContentParameters,
} from '@google/genai'
import type { ProviderRequest, ResponseFormat, Sampling, ToolDefinition, Tools } from '../provider.ts'
import { geminiContents } from './gemini-messages.ts'

/** The request in Gemini's words (API reference, 'models.streamGenerateContent'). */
export function geminiRequest(request: ProviderRequest): GenerateContentParameters & { config: GenerateContentConfig } {
  const { model, system, maxOutputTokens, sampling, tools, responseFormat } = request
  return {
    model,
    contents: geminiContents(request),
    config: {
      maxOutputTokens,
      ...(system !== '' && { systemInstruction: system }),
      ...(sampling && samplingFields(sampling)),
      ...(tools && toolFields(tools)),
      ...(responseFormat && formatFields(responseFormat)),
      // What the SDK could do by itself: call functions, and ask again for the rest of an answer.
      automaticFunctionCalling: { disable: true },
      automaticContinuation: false,
    },
  }
}

const samplingFields = ({ temperature, topP, seed, stop }: Sampling): GenerateContentConfig => ({
  ...(temperature !== undefined && { temperature }),
  ...(topP !== undefined && { topP }),
  ...(seed !== undefined && { seed }),
  ...(stop?.length && { stopSequences: [...stop] }),
})

/** How many calls an answer may hold cannot be said. */
function toolFields({ definitions, choice }: Tools): GenerateContentConfig {
  if (definitions.length === 0) return {}
  return {
    tools: [{ functionDeclarations: definitions.map(declarationOf) }],
    toolConfig: { functionCallingConfig: callingOf(choice) },
  }
}

const declarationOf = ({ name, description, parameters }: ToolDefinition): FunctionDeclaration => ({
  name,
  ...(description !== undefined && { description }),
  ...(parameters && { parametersJsonSchema: parameters }),
})

const MODES = { auto: 'AUTO', none: 'NONE', required: 'ANY' } as const satisfies Record<string, `${FunctionCallingConfigMode}`>
type Mode = FunctionCallingConfigMode

const callingOf = (choice: Tools['choice']): FunctionCallingConfig =>
  typeof choice === 'string' ? { mode: MODES[choice] as Mode } : { mode: MODES.required as Mode, allowedFunctionNames: [choice.name] }

const formatFields = (format: ResponseFormat): GenerateContentConfig => ({
  responseMimeType: 'application/json',
  ...(format.type === 'json_schema' && { responseJsonSchema: format.schema }),
})
