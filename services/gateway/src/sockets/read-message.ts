import { socketApi } from '@parley/contracts'

export type Reading = { message: socketApi.ClientMessage } | { refusal: Extract<socketApi.ServerMessage, { type: 'error' }> }

/** A client's message, or the error message that says what is wrong with it. */
export function readMessage(data: Buffer, isBinary: boolean): Reading {
  if (isBinary) return refuse('Messages are JSON text.')
  const json = parseJson(data)
  if (json === undefined) return refuse('The message is not JSON.')
  const parsed = socketApi.clientMessage.safeParse(json)
  if (parsed.success) return { message: parsed.data }
  const [issue] = parsed.error.issues
  return refuse(issue ? `${issue.path.join('.') || 'message'}: ${issue.message}` : 'The message is not valid.', idOf(json))
}

function refuse(message: string, id?: string): Reading {
  return { refusal: { type: 'error', ...(id !== undefined && { id }), error: { code: 'invalid_request', message } } }
}

function parseJson(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString())
  } catch {
    return undefined
  }
}

const ID_MAX_CHARACTERS = 64

/** The turn the client meant, so that it can tell which of its messages was refused. */
function idOf(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null) return undefined
  const { id, turnId } = json as { id?: unknown; turnId?: unknown }
  const named = id ?? turnId
  return typeof named === 'string' && named.length <= ID_MAX_CHARACTERS ? named : undefined
}
