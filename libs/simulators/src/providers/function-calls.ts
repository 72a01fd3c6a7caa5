import type { SimulatedCall } from './answer-source.ts'
import { isRecord } from './request-body.ts'

// Functions and their calls in the words of OpenAI, which Cohere has taken over.

/** Names of the functions that a request offers. */
export function offeredFunctions({ tools, tool_choice }: Record<string, unknown>): { tools?: string[] } {
  if (!Array.isArray(tools) || String(tool_choice).toLowerCase() === 'none') return {}
  const names = tools.map((tool: unknown) => (isRecord(tool) && isRecord(tool.function) ? String(tool.function.name) : ''))
  return names.length === 0 ? {} : { tools: names }
}

/** A call as a whole answer has it. */
export const functionCall = (id: string, call: SimulatedCall) => ({
  id,
  type: 'function',
  function: { name: call.name, arguments: JSON.stringify(call.arguments) },
})

/** The beginning of a call in a stream: its arguments come behind it, in pieces. */
export const functionCallStart = (id: string, { name }: SimulatedCall) => ({ id, type: 'function', function: { name, arguments: '' } })

/** The arguments of a call as a stream has them. */
export const argumentPieces = (call: SimulatedCall): string[] => JSON.stringify(call.arguments).match(/[\s\S]{1,6}/g) ?? []
