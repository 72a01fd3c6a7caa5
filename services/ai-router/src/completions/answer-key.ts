import { createHash } from 'node:crypto'
import type { Route } from '../catalogue/catalogue.ts'
import type { CompletionCommand } from './completion-command.ts'

/** What vendors take where a request names none. */
const DEFAULT_TEMPERATURE = 1

/**
 * Two requests with the same key may be given the same answer: all that the answer depends on, and whom it may be given to.
 * Null for a request whose answer is its own: its route keeps none, it is meant to differ each time, it goes on with an
 * answer that has begun, or nobody pays for it.
 *
 * @param maxOutputTokens the limit that holds for the request, whoever set it
 */
export function answerKeyOf(command: CompletionCommand, { cache, targets }: Route, maxOutputTokens: number): Buffer | null {
  const { purpose, prefill, sampling, system, messages, tools, responseFormat } = command
  if (!cache || command.isFresh || purpose !== 'answer' || prefill !== '') return null
  if ((sampling?.temperature ?? DEFAULT_TEMPERATURE) > cache.maxTemperature) return null
  const reader = cache.scope === 'user' ? command.userId : 'everybody'
  const everything = [reader, targets.map(({ id }) => id), system, messages, sampling, tools, responseFormat, maxOutputTokens]
  return createHash('sha256').update(JSON.stringify(everything)).digest()
}
