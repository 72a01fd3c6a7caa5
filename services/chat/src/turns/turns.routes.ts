import { chatApi, commonApi } from '@parley/contracts'
import { type App, requireUser } from '@parley/service-kit'
import { z } from 'zod'
import { errors } from '../errors.ts'
import type { MessageStore } from '../messages/messages.store.ts'
import { editQuestion } from './edit-question.ts'
import { regenerateAnswer } from './regenerate-answer.ts'
import { type StartTurnDependencies, startTurn } from './start-turn.ts'
import { type StopTurnDependencies, stopTurn } from './stop-turn.ts'
import { toTurn } from './turn.ts'

const params = z.object({ id: commonApi.id })
const tags = ['turns']

/** `turn.start` of a WebSocket, sent on by the gateway. */
const startBody = chatApi.createTurnBody.extend({ conversationId: commonApi.id.nullable() })
const startReply = z.object({
  turnId: commonApi.id,
  conversationId: commonApi.id,
  userMessageId: commonApi.id,
  assistantMessageId: commonApi.id,
})

export function turnRoutes(app: App, deps: StartTurnDependencies & StopTurnDependencies & { messages: MessageStore }): void {
  app.post('/internal/turns', { schema: { hide: true, body: startBody, response: { 202: startReply } } }, async (request, reply) => {
    const turn = await startTurn(deps, { ...request.body, principal: requireUser(request) }, request.deadline)
    const { id: turnId, conversationId, userMessageId, assistantMessageId } = turn
    return reply.code(202).send({ turnId, conversationId, userMessageId, assistantMessageId })
  })

  app.post(
    '/api/v1/conversations/:id/turns',
    { schema: { tags, params, body: chatApi.createTurnBody, response: { 202: chatApi.turnReply } } },
    async (request, reply) => {
      const command = { ...request.body, conversationId: request.params.id, principal: requireUser(request) }
      return reply.code(202).send({ turn: toTurn(await startTurn(deps, command, request.deadline)) })
    },
  )

  app.get(
    '/api/v1/turns/:id',
    { schema: { tags, params, querystring: chatApi.turnQuery, response: { 200: chatApi.turnReply } } },
    async (request) => {
      const { userId } = requireUser(request)
      const turn = await deps.turns.find(request.params.id)
      if (turn?.userId !== userId) throw errors.turn_not_found()
      const isOver = turn.status !== 'queued' && turn.status !== 'running'
      return { turn: toTurn(turn, isOver ? await deps.messages.findAnswer(turn.id) : null, request.query.afterSeq) }
    },
  )

  app.post('/api/v1/turns/:id/stop', { schema: { tags, params, response: { 202: chatApi.turnReply } } }, async (request, reply) => {
    const { userId } = requireUser(request)
    return reply.code(202).send({ turn: toTurn(await stopTurn(deps, userId, request.params.id)) })
  })

  app.post(
    '/api/v1/messages/:id/regenerate',
    { schema: { tags, params, body: chatApi.regenerateBody.nullish(), response: { 202: chatApi.turnReply } } },
    async (request, reply) => {
      const command = { principal: requireUser(request), messageId: request.params.id, model: request.body?.model }
      return reply.code(202).send({ turn: toTurn(await regenerateAnswer(deps, command, request.deadline)) })
    },
  )

  app.post(
    '/api/v1/messages/:id/edit',
    { schema: { tags, params, body: chatApi.editBody, response: { 202: chatApi.turnReply } } },
    async (request, reply) => {
      const command = { ...request.body, principal: requireUser(request), messageId: request.params.id }
      return reply.code(202).send({ turn: toTurn(await editQuestion(deps, command, request.deadline)) })
    },
  )
}
