import type { ToolCall } from './provider.ts'
import { ProviderError } from './provider-error.ts'

/**
 * The arguments of a call in the history, for vendors that want an object instead of the text the model wrote. Throws
 * `invalid` for what is none: made up arguments would be worse.
 */
export function argumentsOf({ arguments: written }: ToolCall): Record<string, unknown> {
  if (written.trim() === '') return {}
  try {
    const parsed: unknown = JSON.parse(written)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as Record<string, unknown>
  } catch {
    // Said below.
  }
  throw new ProviderError('invalid', 'the arguments of a tool call in the conversation are not a JSON object')
}
