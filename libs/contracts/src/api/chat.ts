import { z } from 'zod'
import { id, pageQuery, time } from './common.ts'

/** Longest message a user may send, in characters (B6). */
export const MESSAGE_MAX_CHARACTERS = 5000

export const conversation = z.object({
  id,
  title: z.string().nullable(),
  model: z.string().nullable(),
  pinned: z.boolean(),
  archived: z.boolean(),
  /** The user's standing instructions for this conversation. */
  instructions: z.string().nullable(),
  /** The last message of the branch that is shown, and what a message without a named parent hangs on. */
  headMessageId: id.nullable(),
  /** Messages from the first one to the head. */
  pathLength: z.number().int(),
  /** It has grown so long that a new conversation, which carries a summary of it, is offered (B5). */
  offersContinuation: z.boolean(),
  /** The conversation whose summary this one carries. */
  continuedFrom: id.nullable(),
  createdAt: time,
  /** Newest activity. */
  updatedAt: time,
})
export type Conversation = z.infer<typeof conversation>

/** What a person thinks of an answer. */
export const feedback = z.object({ value: z.union([z.literal(1), z.literal(-1)]), comment: z.string().nullable() })
export type Feedback = z.infer<typeof feedback>

export const message = z.object({
  id,
  conversationId: id,
  parentId: id.nullable(),
  role: z.enum(['user', 'assistant']),
  text: z.string(),
  status: z.enum(['running', 'completed', 'stopped', 'failed']),
  model: z.string().optional(),
  provider: z.string().optional(),
  inputTokens: z.number().int().optional(),
  outputTokens: z.number().int().optional(),
  /** Decimal string in USD with six places. */
  costUsd: z.string().optional(),
  latencyMs: z.number().int().optional(),
  /** The answer was had before, for the same question or one that means the same: no model was asked. Left out otherwise. */
  cached: z.boolean().optional(),
  /** The turn that writes or wrote this answer: what to resume while `status` is running and `text` still empty. */
  turnId: id.optional(),
  feedback: feedback.optional(),
  createdAt: time,
})
export type ChatMessage = z.infer<typeof message>

/** A message on one branch, with all messages that share its parent (itself included), oldest first. */
export const pathMessage = message.extend({ branchIds: z.array(id) })
export type PathMessage = z.infer<typeof pathMessage>

/** Stable error codes of a turn. */
export const turnErrorCode = z.enum([
  'message_too_long',
  'quota_exceeded',
  'spend_cap_reached',
  'spend_cap_held',
  'rate_limited',
  'model_not_allowed',
  'content_blocked',
  'prompt_rejected',
  'context_overflow',
  'service_busy',
  'provider_unavailable',
  'conversation_not_found',
  'turn_conflict',
])
export type TurnErrorCode = z.infer<typeof turnErrorCode>

/** `retryAfter` in seconds. */
export const turnError = z.object({ code: z.string(), message: z.string(), retryAfter: z.number().int().optional() })

/** What a reader who has the frames up to `afterSeq` has not seen of the text. `restarted`: what he has seen is void. */
export const missedText = z.object({ afterSeq: z.number().int(), text: z.string(), restarted: z.boolean() })
export type MissedText = z.infer<typeof missedText>

export const turn = z.object({
  id,
  status: z.enum(['queued', 'running', 'completed', 'stopped', 'failed']),
  conversationId: id,
  userMessageId: id,
  assistantMessageId: id,
  /** The answer so far. */
  text: z.string(),
  /** Sequence number of the last frame `text` contains. */
  seq: z.number().int(),
  /** While it is queued: 1 for the next one. */
  place: z.number().int().optional(),
  /** When `afterSeq` was asked for. */
  missed: missedText.optional(),
  error: turnError.optional(),
  /** The stored answer, once the turn has ended. */
  message: message.optional(),
})
export type Turn = z.infer<typeof turn>

export const createConversationBody = z.strictObject({
  title: z.string().trim().min(1).max(200).optional(),
  model: z.string().max(100).optional(),
  systemPrompt: z.string().max(8000).optional(),
})
export const updateConversationBody = z.strictObject({
  title: z.string().trim().min(1).max(200).optional(),
  pinned: z.boolean().optional(),
  archived: z.boolean().optional(),
  model: z.string().max(100).nullable().optional(),
  instructions: z.string().trim().max(8000).nullable().optional(),
  /** Shows the branch that ends with this message. */
  headMessageId: id.optional(),
})
export const turnQuery = z.object({ afterSeq: z.coerce.number().int().min(0).optional() })
/** The text's length is judged by the chat service, so that the user gets `message_too_long` with the figures. */
export const createTurnBody = z.strictObject({
  id,
  text: z.string().min(1),
  model: z.string().max(100).optional(),
  parentId: id.optional(),
})
/** Another answer to the same question, as a branch beside the first. */
export const regenerateBody = z.strictObject({ model: z.string().max(100).optional() })

/** The question again with another text, as a branch beside it, and its answer. */
export const editBody = z.strictObject({ text: z.string().min(1), model: z.string().max(100).optional() })
export const feedbackBody = z.strictObject({
  value: z.union([z.literal(1), z.literal(-1)]),
  comment: z.string().trim().max(2000).nullish(),
})

/**
 * One branch, items oldest first: from its end without further words, what stands before with `cursor`, what comes after
 * with `after`, or what surrounds a message with `around`. The three do not go together.
 */
export const pathQuery = pageQuery
  .extend({
    /** The branch through this message, down to its newest end; left out, the one that is shown. */
    through: id.optional(),
    /** This message, with as much before it as after it on the branch through it. */
    around: id.optional(),
    /** A `newerCursor`: what comes after it, down to the branch's newest end. */
    after: pageQuery.shape.cursor,
  })
  .refine(({ cursor, around, after }) => [cursor, around, after].filter((place) => place !== undefined).length <= 1, {
    error: 'only one of cursor, around and after',
  })
export const pathPage = z.object({
  items: z.array(pathMessage),
  /** Leads to what stands before the first item (`cursor`); null at the beginning. */
  nextCursor: z.string().nullable(),
  /** Leads to what comes after the last item (`after`); null at the branch's end. */
  newerCursor: z.string().nullable(),
})

const flagQuery = z.enum(['true', 'false']).transform((value) => value === 'true')
/** `q` looks in titles. Archived conversations are listed only when asked for. */
export const conversationListQuery = pageQuery.extend({
  q: z.string().trim().max(200).optional(),
  archived: flagQuery.default(false),
  pinned: flagQuery.optional(),
})

export const conversationReply = z.object({ conversation })
export const turnReply = z.object({ turn })

/** The user's standing instructions for all conversations; null for none. */
export const instructions = z.strictObject({ text: z.string().trim().max(8000).nullable() })
