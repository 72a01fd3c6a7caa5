import t from 'tap'
import { bareConversation } from '../../../test/bare-conversation.ts'
import type { Conversation } from '../chat-api.ts'
import { historyRows } from './history-rows.ts'

const now = new Date(2026, 10, 21, 9)
const talk = (id: string, updatedAt: Date, pinned = false): Conversation => ({
  ...bareConversation,
  id,
  title: id,
  pinned,
  createdAt: '',
  updatedAt: updatedAt.toISOString(),
})

t.test('pinned ones stand first and are not repeated below', async (t) => {
  const old = talk('old', new Date(2025, 1, 1), true)
  const rows = historyRows([old], [talk('new', now), old], now)
  t.same(
    rows.map(({ key }) => key),
    ['label:Pinned', 'old', 'label:Today', 'new'],
  )
})

t.test('a pinned one in the archive, which has no list of pinned ones, is still shown', async (t) => {
  const rows = historyRows([], [talk('new', now), talk('kept', now, true)], now)
  t.same(
    rows.map(({ key }) => key),
    ['label:Pinned', 'kept', 'label:Today', 'new'],
  )
})

t.test('an empty history has no rows', async (t) => {
  t.same(historyRows([], [], now), [])
})
