import { chatApi, commonApi } from '@parley/contracts'
import { commonErrors } from '@parley/errors'
import type { App } from '@parley/service-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { parseBytes } from '../forwarding/forwarded.routes.ts'
import { requireIdentity } from '../identity/identify.ts'
import type { StartTurnCommand } from '../live/turns.client.ts'
import { streamTurn, type TurnStreamDependencies } from './turn-stream.ts'

const EVENT_STREAM = /\btext\/event-stream\b/i
const params = z.object({ id: commonApi.id })

/** A turn by REST: with `Accept: text/event-stream` its frames as server-sent events, otherwise the chat service's 202. */
export function turnStreamRoutes(
  app: App,
  deps: TurnStreamDependencies & { forwardTurn: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> },
): void {
  app.post('/api/v1/conversations/:id/turns', { schema: { hide: true }, config: { apiKeyScope: 'chat' } }, async (request, reply) => {
    const identity = requireIdentity(request)
    if (!EVENT_STREAM.test(request.headers.accept ?? '')) return deps.forwardTurn(request, reply)
    return streamTurn(deps, { request, reply, identity }, readCommand(request))
  })
}

function readCommand({ params: given, body }: FastifyRequest): StartTurnCommand {
  const conversation = params.safeParse(given)
  if (!conversation.success) throw commonErrors.not_found({ internal: 'conversation id is none' })
  const turn = chatApi.createTurnBody.safeParse(parseBytes(body))
  if (!turn.success) {
    throw commonErrors.invalid_request({ errors: turn.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })) })
  }
  return { ...turn.data, conversationId: conversation.data.id }
}
