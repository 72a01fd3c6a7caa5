import type { chatApi, socketApi } from '@parley/contracts/public'

// Only types cross over from the contracts: the schemas' library would double the first load. The annotations make
// the compiler refuse a constant that no longer agrees with the contract.
export const SOCKET_PROTOCOL: typeof socketApi.SOCKET_PROTOCOL = 'parley.v1'
export const MESSAGE_MAX_CHARACTERS: typeof chatApi.MESSAGE_MAX_CHARACTERS = 5000
export const closeCodes: typeof socketApi.closeCodes = {
  restarting: 1012,
  unauthenticated: 4401,
  banned: 4403,
  silent: 4408,
  tooMany: 4429,
  tooBig: 1009,
}

export type ClientMessage = socketApi.ClientMessage
export type ServerMessage = socketApi.ServerMessage
export type TurnFrame = socketApi.TurnFrame
export type TurnStart = Extract<ClientMessage, { type: 'turn.start' }>
export type TurnAccepted = Extract<ServerMessage, { type: 'turn.accepted' }>
export type TurnStarted = Extract<ServerMessage, { type: 'turn.started' }>
/** Which question and answer a turn is about. */
export type TurnIds = Pick<TurnAccepted, 'turnId' | 'conversationId' | 'userMessageId' | 'assistantMessageId'>
export type TurnSnapshot = chatApi.Turn
export type ChatMessage = chatApi.ChatMessage

export interface TurnError {
  code: string
  message: string
  /** Seconds. */
  retryAfter?: number
}

/** Whatever has a place in a turn's sequence, types of a newer server included. */
export const isTurnFrame = (message: ServerMessage): message is TurnFrame =>
  'turnId' in message && 'seq' in message && typeof message.seq === 'number'

/** A server message, or null for what is none: a newer server may say things this client does not know. */
export function parseServerMessage(data: unknown): ServerMessage | null {
  if (typeof data !== 'string') return null
  try {
    const value: unknown = JSON.parse(data)
    return typeof value === 'object' && value !== null && 'type' in value ? (value as ServerMessage) : null
  } catch {
    return null
  }
}
