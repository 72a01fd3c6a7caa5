import { z } from 'zod'
import { conversation, message, turnError } from './chat.ts'
import { id } from './common.ts'

/** Subprotocol of GET /api/v1/ws. */
export const SOCKET_PROTOCOL = 'parley.v1'

/** Close codes of the socket. */
export const closeCodes = { restarting: 1012, unauthenticated: 4401, banned: 4403, silent: 4408, tooMany: 4429, tooBig: 1009 } as const

/** What a client may send. `id` of turn.start is the client's own UUID: sending it twice is harmless. */
export const clientMessage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('turn.start'),
    id,
    conversationId: id.nullable(),
    text: z.string().min(1),
    model: z.string().max(100).optional(),
    parentId: id.optional(),
  }),
  z.strictObject({ type: z.literal('turn.stop'), turnId: id }),
  z.strictObject({ type: z.literal('turn.resume'), turnId: id, afterSeq: z.number().int().min(0) }),
  z.strictObject({ type: z.literal('ping') }),
])
export type ClientMessage = z.infer<typeof clientMessage>

const seq = z.number().int().min(1)

/** What the server sends. `seq` starts at 1 and has no gaps; a replayed delta may cover `fromSeq`..`seq` at once. */
export const serverMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), connectionId: z.string(), userId: id }),
  z.object({ type: z.literal('turn.accepted'), turnId: id, conversationId: id, userMessageId: id, assistantMessageId: id }),
  z.object({ type: z.literal('turn.delta'), turnId: id, seq, text: z.string(), fromSeq: seq.optional() }),
  z.object({
    type: z.literal('turn.status'),
    turnId: id,
    seq,
    status: z.enum(['waiting', 'retrying', 'switched_provider', 'continued']),
    message: z.string(),
    /** While the turn is queued: 1 for the next one. */
    place: z.number().int().optional(),
  }),
  z.object({ type: z.literal('turn.restarted'), turnId: id, seq }),
  z.object({ type: z.literal('turn.completed'), turnId: id, seq, message }),
  z.object({ type: z.literal('turn.failed'), turnId: id, seq, error: turnError }),
  /** To all connections of the user: an answer begins that another device asked for. `turn.resume` from 0 follows it. */
  z.object({ type: z.literal('turn.started'), turnId: id, conversationId: id, userMessageId: id, assistantMessageId: id }),
  /** To all connections of the user: a title was made, or another device changed it. */
  z.object({ type: z.literal('conversation.updated'), conversation }),
  z.object({ type: z.literal('notification'), notification: z.record(z.string(), z.unknown()) }),
  z.object({ type: z.literal('usage'), usage: z.record(z.string(), z.unknown()) }),
  z.object({ type: z.literal('pong') }),
  z.object({ type: z.literal('error'), id: z.string().optional(), error: turnError }),
])
export type ServerMessage = z.infer<typeof serverMessage>
export type TurnFrame = Extract<ServerMessage, { seq: number }>
