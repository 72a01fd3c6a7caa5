import type { chatApi, searchApi, sharingApi } from '@parley/contracts/public'
import { v7 as newId } from 'uuid'
import { bareConversation } from '../bare-conversation.ts'
import { branchOf, pathTo } from './paths.ts'
import { type Call, Refusal, type Route } from './route.ts'
import type { MockTurn, World } from './world.ts'

const pageOf = <T>(all: T[], query: URLSearchParams) => {
  const from = Number(query.get('cursor') ?? 0)
  const to = from + Number(query.get('limit') ?? 50)
  return { items: all.slice(from, to), nextCursor: to < all.length ? String(to) : null }
}

function conversationOf(world: World, [id = '']: string[]) {
  const conversation = world.conversations.get(id)
  if (!conversation) throw new Refusal(404, 'conversation_not_found', 'This conversation does not exist.')
  return conversation
}

function messageOf(world: World, id = '') {
  for (const messages of world.messages.values()) {
    const message = messages.find((one) => one.id === id)
    if (message) return message
  }
  throw new Refusal(404, 'message_not_found', 'This message does not exist.')
}

const shown = ({ timer: _timer, frames: _frames, ...turn }: MockTurn) => ({ turn })
const stored = (message: chatApi.ChatMessage) => (message.status === 'running' ? { ...message, text: '' } : message)

export const conversationRoutes: Route[] = [
  [
    'GET',
    /^\/conversations$/,
    ({ world, query }) => {
      const words = query.get('q')?.toLowerCase() ?? ''
      const isArchived = query.get('archived') === 'true'
      const all = [...world.conversations.values()]
        .filter(({ title, archived }) => archived === isArchived && title?.toLowerCase().includes(words))
        .filter(({ pinned }) => query.get('pinned') === null || String(pinned) === query.get('pinned'))
        .sort((a, b) => b.updatedAt.localeCompare(a.updatedAt))
      return pageOf(all, query)
    },
  ],
  ['GET', /^\/conversations\/([^/]+)$/, ({ world, parts }) => ({ conversation: conversationOf(world, parts) })],
  [
    'PATCH',
    /^\/conversations\/([^/]+)$/,
    ({ world, turns, parts, body }) => {
      const conversation = Object.assign(conversationOf(world, parts), body)
      turns.tell({ type: 'conversation.updated', conversation })
      return { conversation }
    },
  ],
  ['DELETE', /^\/conversations\/([^/]+)$/, ({ world, parts }) => void world.conversations.delete(conversationOf(world, parts).id)],
  [
    'GET',
    /^\/conversations\/([^/]+)\/path$/,
    ({ world, parts, query }) => {
      const { id, headMessageId } = conversationOf(world, parts)
      const messages = world.messages.get(id) ?? []
      const through = query.get('through')
      const path = through ? branchOf(messages, through) : pathTo(messages, headMessageId)
      const to = query.get('cursor') === null ? path.length : Number(query.get('cursor'))
      const from = Math.max(0, to - Number(query.get('limit') ?? 50))
      const items = path.slice(from, to).map((message) => ({
        ...stored(message),
        branchIds: messages.filter(({ parentId }) => parentId === message.parentId).map((sibling) => sibling.id),
      }))
      return { items, nextCursor: from > 0 ? String(from) : null }
    },
  ],
  [
    'GET',
    /^\/turns\/([^/]+)$/,
    ({ world, parts }) => {
      const turn = world.turns.get(parts[0] ?? '')
      if (!turn) throw new Refusal(404, 'turn_not_found', 'This answer does not exist.')
      return shown(turn)
    },
  ],
  ['POST', /^\/turns\/([^/]+)\/stop$/, ({ turns, parts }) => void turns.stop(parts[0] ?? '')],
  [
    'POST',
    /^\/messages\/([^/]+)\/regenerate$/,
    ({ world, turns, parts }) => {
      const { parentId } = messageOf(world, parts[0])
      return shown(turns.answerAgain(messageOf(world, parentId ?? '')))
    },
  ],
  [
    'POST',
    /^\/messages\/([^/]+)\/edit$/,
    ({ world, turns, parts, body }) => {
      const text = String(body.text)
      if (/busy/.test(text)) throw new Refusal(503, 'service_busy', 'Parley is busy just now. Please try again in a moment.')
      return shown(turns.edit(messageOf(world, parts[0]), text))
    },
  ],
  [
    'POST',
    /^\/messages\/([^/]+)\/feedback$/,
    ({ world, parts, body }) => {
      const { value, comment = null } = body as { value: 1 | -1; comment?: string }
      messageOf(world, parts[0]).feedback = { value, comment }
    },
  ],
  ['DELETE', /^\/messages\/([^/]+)\/feedback$/, ({ world, parts }) => void delete messageOf(world, parts[0]).feedback],
  ['GET', /^\/search$/, search],
  [
    'GET',
    /^\/conversations\/([^/]+)\/share$/,
    ({ world, parts }) => {
      const share = world.shares.get(conversationOf(world, parts).id)
      if (!share) throw new Refusal(404, 'share_not_found', 'This conversation is not shared.')
      return share.share
    },
  ],
  [
    'POST',
    /^\/conversations\/([^/]+)\/share$/,
    ({ world, parts }) => {
      const { id, title, headMessageId } = conversationOf(world, parts)
      const slug = newId().replaceAll('-', '')
      const createdAt = new Date().toISOString()
      const share: sharingApi.Share = { slug, url: `http://localhost:5173/shared/${slug}`, createdAt }
      const items = pathTo(world.messages.get(id) ?? [], headMessageId).map(({ role, text, model, createdAt: at }) => ({
        role,
        text,
        model,
        createdAt: at,
      }))
      world.shares.set(id, { share, title, items })
      return share
    },
  ],
  ['DELETE', /^\/conversations\/([^/]+)\/share$/, ({ world, parts }) => void world.shares.delete(conversationOf(world, parts).id)],
  [
    'GET',
    /^\/shared\/([^/]+)$/,
    ({ world, parts, query }) => {
      const found = [...world.shares.values()].find(({ share }) => share.slug === parts[0])
      if (!found) throw new Refusal(404, 'share_not_found', 'This link is not valid any more.')
      return { title: found.title, sharedAt: found.share.createdAt, ...pageOf(found.items, query) }
    },
  ],
  [
    'GET',
    /^\/conversations\/([^/]+)\/export$/,
    ({ world, parts, query }) => {
      const { id, title, headMessageId } = conversationOf(world, parts)
      const path = pathTo(world.messages.get(id) ?? [], headMessageId)
      const isJson = query.get('format') === 'json'
      const text = isJson ? JSON.stringify({ title, messages: path }) : path.map((message) => message.text).join('\n\n')
      return new File([text], `${title}.${isJson ? 'json' : 'md'}`, { type: isJson ? 'application/json' : 'text/markdown' })
    },
  ],
  [
    'POST',
    /^\/conversations\/([^/]+)\/continue$/,
    ({ world, parts }) => {
      const { id: continuedFrom, title } = conversationOf(world, parts)
      const now = new Date().toISOString()
      const conversation = { ...bareConversation, id: newId(), title, continuedFrom, createdAt: now, updatedAt: now }
      world.conversations.set(conversation.id, conversation)
      world.messages.set(conversation.id, [])
      return { conversation }
    },
  ],
]

function search({ world, query }: Call) {
  const words = (query.get('q') ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  const pattern = new RegExp(`(${words.map((word) => word.replaceAll(/\W/g, '\\$&')).join('|')})`, 'i')
  const hits: searchApi.SearchHit[] = []
  for (const [conversationId, messages] of world.messages) {
    for (const { id: messageId, role, text, createdAt } of messages) {
      if (!words.every((word) => text.toLowerCase().includes(word))) continue
      const at = Math.max(0, text.search(pattern) - 60)
      const pieces = text.slice(at, at + 180).split(pattern)
      const highlights = pieces.filter(Boolean).map((piece) => ({ text: piece, isMatch: pattern.test(piece) }))
      const conversationTitle = world.conversations.get(conversationId)?.title ?? null
      hits.push({ messageId, conversationId, conversationTitle, role, highlights, createdAt })
    }
  }
  return pageOf(
    hits.sort((a, b) => b.createdAt.localeCompare(a.createdAt)),
    query,
  )
}
