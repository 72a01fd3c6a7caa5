import { fromJson, type JsonValue } from '@bufbuild/protobuf'
import { CallPurpose, type CompletionRequest, CompletionRequestSchema, Role } from '@parley/contracts'
import { commonErrors, type ErrorIssue } from '@parley/errors'
import { validate as isUuid } from 'uuid'
import type { Plan } from '../catalogue/catalogue.ts'
import type { ChatMessage, ResponseFormat, Sampling, Tools } from '../providers/provider.ts'
import type { Purpose } from './call-record.ts'

/**
 * One completion, checked. The first fields are those of CompletionRequest (completions.proto); those that may be left out
 * come from the public API alone.
 */
export interface CompletionCommand {
  callId: string
  /** '' for a call that belongs to no turn. */
  turnId: string
  userId: string
  plan: Plan
  /** A catalogue id, `auto`, or '' for `auto`. */
  model: string
  system: string
  /** At least one; the last is the user's or a tool's. */
  messages: readonly ChatMessage[]
  prefill: string
  /** 0 means the limit of the plan. */
  maxOutputTokens: number
  purpose: Purpose
  /** Asks for an answer of its own, also where one is kept. */
  isFresh?: boolean
  sampling?: Sampling
  tools?: Tools
  responseFormat?: ResponseFormat
}

const PLANS: readonly string[] = ['free', 'pro', 'admin'] satisfies Plan[]
const PURPOSES: Readonly<Partial<Record<CallPurpose, Purpose>>> = {
  [CallPurpose.UNSPECIFIED]: 'answer',
  [CallPurpose.ANSWER]: 'answer',
  [CallPurpose.TITLE]: 'title',
  [CallPurpose.SUMMARY]: 'summary',
}
const ROLES: Readonly<Partial<Record<Role, 'user' | 'assistant'>>> = { [Role.USER]: 'user', [Role.ASSISTANT]: 'assistant' }

/** Reads the JSON of a CompletionRequest. Throws `invalid_request` with what is wrong where. */
export function readCommand(body: unknown): CompletionCommand {
  const request = decode(body)
  const issues = [...check(request)]
  if (issues.length > 0) throw commonErrors.invalid_request({ errors: issues })
  const { callId, turnId, userId, model, system, prefill, maxOutputTokens } = request
  return {
    ...{ callId, turnId, userId, model, system, prefill, maxOutputTokens },
    plan: request.plan as Plan,
    purpose: PURPOSES[request.purpose] ?? 'answer',
    messages: conversation(request),
    ...(request.fresh && { isFresh: true }),
  }
}

/** Without answers that say nothing, which vendors refuse: one that was stopped before its first word is no news to a model. */
function conversation({ messages }: CompletionRequest): ChatMessage[] {
  return messages.flatMap(({ role, text }) => {
    const known = ROLES[role]
    return known && text.trim() !== '' ? [{ role: known, text }] : []
  })
}

function decode(body: unknown): CompletionRequest {
  try {
    // Fields of a newer chat are passed over: during a rolling update both versions talk to us.
    return fromJson(CompletionRequestSchema, body as JsonValue, { ignoreUnknownFields: true })
  } catch {
    // The decoder's message quotes values.
    throw commonErrors.invalid_request({ internal: 'the body is not a CompletionRequest' })
  }
}

function* check(request: CompletionRequest): Generator<ErrorIssue> {
  for (const path of ['callId', 'userId'] as const) if (!isUuid(request[path])) yield { path, message: 'needs a UUID' }
  const purpose = PURPOSES[request.purpose]
  if (!purpose) yield { path: 'purpose', message: 'needs a known purpose' }
  if (!isUuid(request.turnId) && (purpose === 'answer' || request.turnId !== '')) yield { path: 'turnId', message: 'needs a UUID' }
  if (!PLANS.includes(request.plan)) yield { path: 'plan', message: `needs one of ${PLANS.join(', ')}` }
  for (const [index, { role, text }] of request.messages.entries()) {
    if (!ROLES[role]) yield { path: `messages.${index}.role`, message: 'needs a role' }
    if (role === Role.USER && text.trim() === '') yield { path: `messages.${index}.text`, message: 'needs a text' }
  }
  if (request.messages.at(-1)?.role !== Role.USER) yield { path: 'messages', message: 'must end with the user’s message' }
  if (request.maxOutputTokens < 0) yield { path: 'maxOutputTokens', message: 'needs 0 or more' }
}
