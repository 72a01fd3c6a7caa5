import type { chatApi } from '@parley/contracts/public'
import { v7 as newId } from 'uuid'
import type { WebSocket } from 'ws'
import { bareConversation } from '../bare-conversation.ts'
import { answerFor } from './answers.ts'
import { pathTo } from './paths.ts'
import type { MockTurn, World } from './world.ts'

const TOKEN_EVERY_MS = Number(process.env.TOKEN_MS ?? 25)
const LONG_FROM = 50

export interface Ask {
  id: string
  conversationId: string | null
  text: string
  model?: string
  parentId?: string
}

/** Writes answers token by token for the sockets that follow them. */
export function createTurns(world: World, sockets: Set<WebSocket>) {
  const followers = new Map<string, Set<WebSocket>>()

  const tell = (message: unknown) => {
    for (const socket of sockets) socket.send(JSON.stringify(message))
  }

  const publish = (turn: MockTurn, frame: Record<string, unknown>) => {
    turn.seq += 1
    const numbered = { turnId: turn.id, ...frame, seq: turn.seq }
    turn.frames.push(numbered)
    for (const socket of followers.get(turn.id) ?? []) if (sockets.has(socket)) socket.send(JSON.stringify(numbered))
  }

  const run = (turn: MockTurn, question: string, model: string) => {
    const tokens = answerFor(question).match(/\s*\S+|\s+$/g) ?? []
    const startedAt = Date.now()
    const answer = messageOf(turn)
    if (/slow/.test(question)) publish(turn, { type: 'turn.status', status: 'waiting', message: 'Still waiting for the model…' })
    let index = 0
    const wait = (place: number) => {
      turn.place = place
      turn.status = place > 0 ? 'queued' : 'running'
      if (place === 0) return tick()
      publish(turn, { type: 'turn.status', status: 'waiting', message: `Waiting for its turn: place ${place}.`, place })
      turn.timer = setTimeout(() => wait(place - 1), 3000)
    }
    const tick = () => {
      if (/fail/.test(question) && index === 24) return fail()
      const token = tokens[index]
      if (token === undefined) return end('completed')
      index += 1
      turn.text += token
      publish(turn, { type: 'turn.delta', text: token })
      turn.timer = setTimeout(tick, TOKEN_EVERY_MS)
    }
    const end = (status: 'completed' | 'stopped') => {
      clearTimeout(turn.timer)
      turn.status = status
      const latencyMs = Date.now() - startedAt
      const figures = { inputTokens: 80, outputTokens: index, costUsd: '0.000112', latencyMs }
      Object.assign(answer, { text: turn.text, status, model, provider: 'openai', ...figures })
      publish(turn, { type: 'turn.completed', message: answer })
    }
    const fail = () => {
      const message = 'The model does not answer right now. Your message is kept, please try again.'
      turn.status = 'failed'
      turn.error = { code: 'provider_unavailable', message, retryAfter: 5 }
      Object.assign(answer, { status: 'failed', text: turn.text })
      publish(turn, { type: 'turn.failed', error: turn.error })
    }
    stops.set(turn.id, () => end('stopped'))
    if (/queue/.test(question)) return wait(3)
    turn.timer = setTimeout(tick, /slow/.test(question) ? 12_000 : 600)
  }

  const stops = new Map<string, () => void>()

  const messageOf = (turn: MockTurn): chatApi.ChatMessage => {
    const found = world.messages.get(turn.conversationId)?.find(({ id }) => id === turn.assistantMessageId)
    if (!found) throw new Error('the answer has no message')
    return found
  }

  const open = (id: string, question: chatApi.ChatMessage, model: string): MockTurn => {
    const { conversationId } = question
    const ids = { conversationId, userMessageId: question.id, assistantMessageId: newId() }
    const createdAt = new Date().toISOString()
    const answer = { id: ids.assistantMessageId, conversationId, parentId: question.id, role: 'assistant', text: '', createdAt } as const
    const messages = world.messages.get(conversationId) ?? []
    messages.push({ ...answer, status: 'running', turnId: id })
    const conversation = world.conversations.get(conversationId)
    if (conversation) {
      const pathLength = pathTo(messages, answer.id).length
      Object.assign(conversation, {
        headMessageId: answer.id,
        pathLength,
        offersContinuation: pathLength >= LONG_FROM,
        updatedAt: createdAt,
      })
    }
    const turn: MockTurn = { id, status: 'running', ...ids, text: '', seq: 0, frames: [] }
    world.turns.set(id, turn)
    world.used.day += 1
    tell({ type: 'turn.started', turnId: id, ...ids })
    tell({ type: 'conversation.updated', conversation })
    run(turn, question.text, model)
    return turn
  }

  const ask = (id: string, conversationId: string, parentId: string | null, text: string, model: string) => {
    const createdAt = new Date().toISOString()
    const question: chatApi.ChatMessage = { id: newId(), conversationId, parentId, role: 'user', text, status: 'completed', createdAt }
    world.messages.get(conversationId)?.push(question)
    return open(id, question, model)
  }

  return {
    tell,
    start({ id, conversationId, text, model = 'gpt-4o-mini', parentId }: Ask): MockTurn {
      const known = world.turns.get(id)
      if (known) return known
      const place = conversationId ?? newId()
      if (!conversationId) {
        const now = new Date().toISOString()
        const title = text.split('\n', 1).join('').slice(0, 60)
        world.conversations.set(place, { ...bareConversation, id: place, title, createdAt: now, updatedAt: now })
        world.messages.set(place, [])
      }
      return ask(id, place, parentId ?? world.conversations.get(place)?.headMessageId ?? null, text, model)
    },
    answerAgain: (question: chatApi.ChatMessage) =>
      open(newId(), { ...question, text: question.text.replace('fail', 'code') }, 'gpt-4o-mini'),
    edit: ({ conversationId, parentId }: chatApi.ChatMessage, text: string) => ask(newId(), conversationId, parentId, text, 'gpt-4o-mini'),
    stop: (turnId: string) => stops.get(turnId)?.(),
    /** Sends what is missing and all that comes. */
    follow(turnId: string, socket: WebSocket, afterSeq: number) {
      for (const frame of world.turns.get(turnId)?.frames ?? []) if (frame.seq > afterSeq) socket.send(JSON.stringify(frame))
      followers.set(turnId, (followers.get(turnId) ?? new Set()).add(socket))
    },
  }
}

export type Turns = ReturnType<typeof createTurns>
