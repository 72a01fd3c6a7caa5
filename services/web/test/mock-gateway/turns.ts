import type { chatApi } from '@parley/contracts/public'
import { v7 as newId } from 'uuid'
import type { WebSocket } from 'ws'
import { answerFor } from './answers.ts'
import { bareConversation, type MockTurn, type World } from './world.ts'

const TOKEN_EVERY_MS = Number(process.env.TOKEN_MS ?? 25)

export interface Ask {
  id: string
  conversationId: string | null
  text: string
  model?: string
  parentId?: string
}

/** Writes answers token by token and tells every socket. */
export function createTurns(world: World, sockets: Set<WebSocket>) {
  const publish = (turn: MockTurn, frame: Record<string, unknown>) => {
    turn.seq += 1
    const numbered = { turnId: turn.id, ...frame, seq: turn.seq }
    turn.frames.push(numbered)
    for (const socket of sockets) socket.send(JSON.stringify(numbered))
  }

  const run = (turn: MockTurn, question: string, model: string) => {
    const tokens = answerFor(question).match(/\s*\S+|\s+$/g) ?? []
    const startedAt = Date.now()
    const answer = messageOf(turn)
    if (/slow/.test(question)) publish(turn, { type: 'turn.status', status: 'waiting', message: 'Still waiting for the model…' })
    let index = 0
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
      Object.assign(answer, {
        text: turn.text,
        status,
        model,
        provider: 'openai',
        inputTokens: 80,
        outputTokens: index,
        costUsd: '0.000112',
        latencyMs,
      })
      publish(turn, { type: 'turn.completed', message: answer })
    }
    const fail = () => {
      turn.status = 'failed'
      turn.error = { code: 'provider_unavailable', message: 'The model does not answer right now. Your message is kept, please try again.' }
      Object.assign(answer, { status: 'failed', text: turn.text })
      publish(turn, { type: 'turn.failed', error: turn.error })
    }
    turn.timer = setTimeout(tick, /slow/.test(question) ? 12_000 : 600)
    stops.set(turn.id, () => end('stopped'))
  }

  const stops = new Map<string, () => void>()

  const messageOf = (turn: MockTurn): chatApi.ChatMessage => {
    const found = world.messages.get(turn.conversationId)?.find(({ id }) => id === turn.assistantMessageId)
    if (!found) throw new Error('the answer has no message')
    return found
  }

  const open = (id: string, question: chatApi.ChatMessage, model: string): MockTurn => {
    const { conversationId } = question
    const createdAt = new Date().toISOString()
    const answer = {
      id: newId(),
      conversationId,
      parentId: question.id,
      role: 'assistant',
      text: '',
      status: 'running',
      createdAt,
      turnId: id,
    } as const
    world.messages.get(conversationId)?.push({ ...answer })
    const turn: MockTurn = {
      id,
      status: 'running',
      conversationId,
      userMessageId: question.id,
      assistantMessageId: answer.id,
      text: '',
      seq: 0,
      frames: [],
    }
    world.turns.set(id, turn)
    world.used.day += 1
    run(turn, question.text, model)
    return turn
  }

  return {
    start({ id, conversationId, text, model = 'gpt-4o-mini', parentId }: Ask): MockTurn {
      const known = world.turns.get(id)
      if (known) return known
      const now = new Date().toISOString()
      const place = conversationId ?? newId()
      if (!conversationId) {
        const title = text.split('\n', 1).join('').slice(0, 60)
        world.conversations.set(place, { ...bareConversation, id: place, title, createdAt: now, updatedAt: now })
        world.messages.set(place, [])
      }
      const conversation = world.conversations.get(place)
      if (conversation) conversation.updatedAt = now
      const messages = world.messages.get(place) ?? []
      const question = {
        id: newId(),
        conversationId: place,
        parentId: parentId ?? messages.at(-1)?.id ?? null,
        role: 'user',
        text,
        status: 'completed',
        createdAt: now,
      } as const
      messages.push({ ...question })
      return open(id, question, model)
    },
    regenerate(messageId: string): MockTurn | null {
      for (const messages of world.messages.values()) {
        const answer = messages.find(({ id }) => id === messageId)
        const question = messages.find(({ id }) => id === answer?.parentId)
        if (question) return open(newId(), { ...question, text: question.text.replace('fail', 'code') }, 'gpt-4o-mini')
      }
      return null
    },
    stop: (turnId: string) => stops.get(turnId)?.(),
  }
}

export type Turns = ReturnType<typeof createTurns>
