import { createHash } from 'node:crypto'
import { MODEL } from '@parley/embeddings'
import type { Route } from '../catalogue/catalogue.ts'
import type { CachePolicy } from '../catalogue/route-rule.ts'
import { askableQuestion } from '../similar-answers/askable-question.ts'
import type { AskedQuestion } from '../similar-answers/similar-answers.ts'
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
  if (!cache || purpose !== 'answer' || prefill !== '') return null
  if ((sampling?.temperature ?? DEFAULT_TEMPERATURE) > cache.maxTemperature) return null
  return hashOf(readersOf(command, cache), idsOf(targets), system, messages, sampling, tools, responseFormat, maxOutputTokens)
}

/**
 * The question of a request, where an answer to one that means the same will do: the route says so, the request is one whose
 * answer is kept, and it asks a question and nothing else. Everything but the question is the same for all of a scope.
 */
export function askedQuestionOf(command: CompletionCommand, { cache, targets }: Route, maxOutputTokens: number): AskedQuestion | null {
  if (!cache || cache.minSimilarity === null) return null
  const text = askableQuestion(command, cache)
  if (text === null) return null
  const { system, sampling } = command
  const scope = hashOf(readersOf(command, cache), idsOf(targets), system, sampling, maxOutputTokens, MODEL)
  return { text, scope, minSimilarity: cache.minSimilarity }
}

const readersOf = ({ userId }: CompletionCommand, { scope }: CachePolicy): string => (scope === 'user' ? userId : 'everybody')

const idsOf = (targets: Route['targets']): string[] => targets.map(({ id }) => id)

const hashOf = (...everything: unknown[]): Buffer => createHash('sha256').update(JSON.stringify(everything)).digest()
