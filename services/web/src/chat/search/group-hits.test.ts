import t from 'tap'
import { groupHits } from './group-hits.ts'

const hit = (messageId: string, conversationId: string) => ({
  messageId,
  conversationId,
  conversationTitle: `About ${conversationId}`,
  role: 'user' as const,
  highlights: [{ text: messageId, isMatch: true }],
  createdAt: '',
})

t.test('hits stand under their conversation, newest first, those of a later page too', async (t) => {
  const groups = groupHits([hit('m1', 'a'), hit('m2', 'b'), hit('m3', 'a')])
  t.same(
    groups.map(({ conversationId, title, hits }) => [conversationId, title, hits.map(({ messageId }) => messageId)]),
    [
      ['a', 'About a', ['m1', 'm3']],
      ['b', 'About b', ['m2']],
    ],
  )
})
