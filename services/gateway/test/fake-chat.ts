import type { chatApi } from '@parley/contracts'
import type { PublicJwk } from '@parley/principal'
import type { FastifyReply } from 'fastify'
import { v7 as newId } from 'uuid'
import { startFakeService } from './fake-service.ts'

type FakeTurn = chatApi.Turn & {
  ownerId: string
  /** Numbers that were left to a lost owner. */
  leftOut?: { first: number; last: number }
}

/** The chat service as the gateway knows it. The test plays the turns: it sets what is stored and publishes the frames. */
export type FakeChat = Awaited<ReturnType<typeof startFakeChat>>

export async function startFakeChat(jwks: { keys: PublicJwk[] }) {
  const turns = new Map<string, FakeTurn>()
  const state = {
    started: [] as string[],
    onStart: async (_turnId: string): Promise<void> => undefined,
    onCreate: async (): Promise<void> => undefined,
  }
  const notFound = (reply: FastifyReply) =>
    reply
      .code(404)
      .type('application/problem+json')
      .send(JSON.stringify({ title: 'Not Found', status: 404, detail: 'No such turn.', code: 'turn_not_found' }))

  const service = await startFakeService(jwks, (app, seen) => {
    const owner = () => seen.at(-1)?.principal?.userId ?? ''
    app.post('/internal/turns', async (request, reply) => {
      const { id, conversationId, text } = request.body as { id: string; conversationId: string | null; text: string }
      if (text === 'too long') {
        return reply
          .code(400)
          .type('application/problem+json')
          .send(
            JSON.stringify({ title: 'Bad Request', status: 400, detail: 'Message too long, please shorten it.', code: 'message_too_long' }),
          )
      }
      const known = turns.get(id)
      const turn = known ?? {
        ...{ id, ownerId: owner(), status: 'running' as const, conversationId: conversationId ?? newId(), text: '', seq: 0 },
        ...{ userMessageId: newId(), assistantMessageId: newId() },
      }
      turns.set(id, turn)
      if (!known) state.started.push(id)
      await state.onStart(id)
      const { userMessageId, assistantMessageId } = turn
      return reply.code(202).send({ turnId: id, conversationId: turn.conversationId, userMessageId, assistantMessageId })
    })
    app.get<{ Params: { id: string }; Querystring: { afterSeq?: string } }>('/api/v1/turns/:id', async (request, reply) => {
      const turn = turns.get(request.params.id)
      if (turn?.ownerId !== owner()) return notFound(reply)
      const afterSeq = Number(request.query.afterSeq ?? 0)
      return { turn: { ...turn, missed: missedAfter(afterSeq, turn) } }
    })
    app.post<{ Params: { id: string } }>('/api/v1/turns/:id/stop', async (request, reply) => {
      const turn = turns.get(request.params.id)
      return turn?.ownerId === owner() ? reply.code(202).send({ turn }) : notFound(reply)
    })
    app.post('/api/v1/conversations', async (_request, reply) => {
      await state.onCreate()
      return reply.code(201).send({ conversation: { id: newId() } })
    })
    app.get('/api/v1/conversations', async () => ({ items: [{ id: 'c1', title: 'Hello' }], nextCursor: null }))
  })
  return {
    ...service,
    turns,
    state,
    countOf: (method: string, path: string) => service.seen.filter((s) => s.method === method && s.url.split('?', 1)[0] === path).length,
  }
}

/** Each frame is a word, see turn-frames.ts; what leaves numbers out is one more frame. */
function missedAfter(afterSeq: number, { text, leftOut }: FakeTurn): chatApi.MissedText {
  if (leftOut && afterSeq >= leftOut.first && afterSeq <= leftOut.last) return { afterSeq, text, restarted: true }
  const wordsSeen = leftOut && afterSeq > leftOut.last ? afterSeq - (leftOut.last - leftOut.first + 2) : afterSeq
  const words = text.split(/(?<= )/)
  return { afterSeq, text: words.slice(wordsSeen).join(''), restarted: false }
}
