import type { accountsApi, apiKeysApi, chatApi, sharingApi, usageApi } from '@parley/contracts/public'
import { v7 as newId } from 'uuid'
import { bareConversation } from '../bare-conversation.ts'
import { answers } from './answers.ts'
import { type MockPrompt, makePrompt } from './prompts.ts'

type Message = chatApi.ChatMessage & { turnId?: string }

export interface MockTurn extends chatApi.Turn {
  frames: { seq: number }[]
  timer?: NodeJS.Timeout
}

interface MockShare {
  share: sharingApi.Share
  title: string | null
  items: sharingApi.SharedConversation['items']
}

/** All state of the mock: one user, in memory. */
export function createWorld() {
  const user: accountsApi.User = {
    id: newId(),
    email: 'ada@example.com',
    name: 'Ada Lovelace',
    role: 'user',
    plan: 'free',
    emailVerified: true,
    retention: 'keep',
    createdAt: new Date().toISOString(),
  }
  return {
    user,
    isSignedIn: process.env.SIGNED_IN !== 'false',
    conversations: new Map<string, chatApi.Conversation>(),
    messages: new Map<string, Message[]>(),
    turns: new Map<string, MockTurn>(),
    used: { hour: 3, day: Number(process.env.USED_DAY ?? 12) },
    sessions: sessions(),
    apiKeys: [] as apiKeysApi.ApiKey[],
    shares: new Map<string, MockShare>(),
    prompts: prompts(),
    instructions: null as string | null,
  }
}

export type World = ReturnType<typeof createWorld>

const TITLES = [
  'Why leases need a fencing token',
  'Postgres index for a cursor page',
  'A week of dinners without a list',
  'Rewrite this e-mail, kindly',
  'TypeScript: narrowing a discriminated union',
  'Explain JetStream to a new colleague',
  'Budget for the spring trip',
  'Unit tests that cannot fail',
  'Names for a small bakery',
  'Regular expression for RFC 3339',
  'Notes on The Dispossessed',
  'Interview questions for an SRE',
]

/** A history over the last months, so that every group of the list has something in it. */
export function seed(world: World, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const ageDays = index < 3 ? 0 : index < 5 ? 1 : index < 9 ? index - 2 : 8 + (index - 9) * 2.3
    const time = new Date(Date.now() - ageDays * 86_400_000 - index * 300_000).toISOString()
    const id = newId()
    const title = TITLES[index % TITLES.length] ?? null
    world.conversations.set(id, { ...bareConversation, id, title, pinned: index === 4, createdAt: time, updatedAt: time })
    const question: Message = {
      id: newId(),
      conversationId: id,
      parentId: null,
      role: 'user',
      text: `${title}?`,
      status: 'completed',
      createdAt: time,
    }
    const answer: Message = {
      id: newId(),
      conversationId: id,
      parentId: question.id,
      role: 'assistant',
      text: answers[index % answers.length]?.text ?? '',
      status: 'completed',
      model: 'gpt-4o-mini',
      provider: 'openai',
      inputTokens: 212,
      outputTokens: 388,
      costUsd: '0.000264',
      latencyMs: 4210,
      createdAt: time,
    }
    world.messages.set(id, [question, answer])
    Object.assign(world.conversations.get(id) ?? {}, { headMessageId: answer.id, pathLength: 2 })
  }
  seedLong(world, Number(process.env.LONG ?? 1000))
}

/** A conversation that one does not read to its beginning. */
function seedLong(world: World, count: number): void {
  const id = newId()
  const from = Date.now() - 20 * 86_400_000
  let parentId: string | null = null
  const messages = Array.from({ length: count }, (_, index): Message => {
    const isQuestion = index % 2 === 0
    const text = isQuestion ? `Question ${index / 2 + 1} of a very long talk?` : (answers[(index >> 1) % answers.length]?.text ?? '')
    const message: Message = {
      id: newId(),
      conversationId: id,
      parentId,
      role: isQuestion ? 'user' : 'assistant',
      text: isQuestion || index % 100 !== 51 ? text : `${text}\n\nThe needle is here.`,
      status: 'completed',
      model: isQuestion ? undefined : 'gpt-4o-mini',
      createdAt: new Date(from + index * 60_000).toISOString(),
    }
    parentId = message.id
    return message
  })
  const createdAt = new Date(from).toISOString()
  const updatedAt = new Date().toISOString()
  const head = { headMessageId: parentId, pathLength: count, offersContinuation: true }
  world.conversations.set(id, { ...bareConversation, ...head, id, title: 'A very long talk', createdAt, updatedAt })
  world.messages.set(id, messages)
}

const prompts = (): MockPrompt[] => [
  makePrompt('Explain simply', 'Explain {{topic}} to {{audience}}, with one example and without jargon.'),
  makePrompt('Kind reply', 'Write a kind reply to this e-mail:\n\n{{email}}', { shared: true, mine: false }),
  makePrompt('Review my code', 'Review the following code. Name bugs first, then what is hard to read.'),
]

export const limits = ({ used, user }: World): usageApi.UsageLimits => {
  const inOneHour = new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000).toISOString()
  const nextMonth = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() + 1)).toISOString()
  const midnight = new Date(Math.ceil(Date.now() / 86_400_000) * 86_400_000).toISOString()
  return {
    plan: user.plan,
    hour: { limit: 10, used: used.hour, resetsAt: inOneHour },
    day: { limit: 50, used: used.day, resetsAt: midnight },
    spend: { capUsd: '5.000000', spentUsd: '1.234567', heldUsd: '0.000000', resetsAt: nextMonth },
  }
}

function sessions(): accountsApi.Session[] {
  const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString()
  const expiresAt = new Date(Date.now() + 30 * 86_400_000).toISOString()
  const chrome = 'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36'
  const phone =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1'
  return [
    { id: newId(), userAgent: chrome, ipPrefix: '203.0.113.0/24', createdAt: ago(50), lastUsedAt: ago(0), expiresAt, current: true },
    { id: newId(), userAgent: phone, ipPrefix: '198.51.100.0/24', createdAt: ago(300), lastUsedAt: ago(26), expiresAt, current: false },
  ]
}
