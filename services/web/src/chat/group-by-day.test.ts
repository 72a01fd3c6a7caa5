import t from 'tap'
import { bareConversation } from '../../test/bare-conversation.ts'
import type { Conversation } from './chat-api.ts'
import { groupByDay } from './group-by-day.ts'

const now = new Date(2026, 10, 21, 9, 30)
const at = (...parts: [number, number, number, number?, number?]): Conversation => ({
  ...bareConversation,
  id: parts.join('-'),
  title: null,
  createdAt: '',
  updatedAt: new Date(parts[0], parts[1], parts[2], parts[3] ?? 12, parts[4] ?? 0).toISOString(),
})

t.test('days count from midnight to midnight of the reader, not in spans of 24 hours', async (t) => {
  const groups = groupByDay([at(2026, 10, 21, 0, 1), at(2026, 10, 20, 23, 59), at(2026, 10, 20, 0, 1), at(2026, 10, 19, 23, 59)], now)
  t.same(
    groups.map(({ label, items }) => [label, items.length]),
    [
      ['Today', 1],
      ['Yesterday', 2],
      ['Previous 7 days', 1],
    ],
  )
})

t.test('older ones are grouped by month, with the year where it is another', async (t) => {
  const groups = groupByDay([at(2026, 10, 14), at(2026, 10, 13), at(2026, 9, 22), at(2026, 9, 21), at(2026, 8, 1), at(2025, 11, 31)], now)
  t.same(
    groups.map(({ label, items }) => [label, items.length]),
    [
      ['Previous 7 days', 1],
      ['Previous 30 days', 2],
      ['October', 1],
      ['September', 1],
      ['December 2025', 1],
    ],
  )
})

t.test('a clock ahead of ours still means today', async (t) => {
  t.equal(groupByDay([at(2026, 10, 22, 1)], now)[0]?.label, 'Today')
})
