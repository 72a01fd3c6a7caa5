import { randomUUIDv7 } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const SANE = /^[\w-]{8,64}$/

/** The caller's x-request-id where callers are ours and it is a sane word; a new UUIDv7 otherwise. */
export function requestIdFrom({ accepted }: { accepted: boolean }): (request: Pick<IncomingMessage, 'headers'>) => string {
  return ({ headers }) => {
    const given = headers['x-request-id']
    return accepted && typeof given === 'string' && SANE.test(given) ? given : randomUUIDv7()
  }
}
