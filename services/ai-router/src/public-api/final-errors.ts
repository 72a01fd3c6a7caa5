import { isAppError } from '@parley/errors'
import type { FastifyReply } from 'fastify'

const FINAL: ReadonlySet<string> = new Set(['quota_exceeded', 'spend_cap_reached', 'call_exists'])

/** OpenAI's clients repeat a 409 and a 429 by themselves; where that cannot help they are told. */
export function markFinal(reply: FastifyReply): (error: unknown) => never {
  return (error) => {
    if (isAppError(error) && FINAL.has(error.code)) void reply.header('x-should-retry', 'false')
    throw error
  }
}
