import type { IncomingMessage } from 'node:http'
import { v7 as uuidv7 } from 'uuid'

const SANE = /^[\w-]{8,64}$/

/** The caller's x-request-id where callers are ours and it is a sane word; a new UUIDv7 otherwise. */
export function requestIdFrom({ accepted }: { accepted: boolean }): (request: Pick<IncomingMessage, 'headers'>) => string {
  return ({ headers }) => {
    const given = headers['x-request-id']
    return accepted && typeof given === 'string' && SANE.test(given) ? given : uuidv7()
  }
}
