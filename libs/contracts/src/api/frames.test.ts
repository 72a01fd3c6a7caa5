import fc from 'fast-check'
import t from 'tap'
import { encodeFrame, frameSeq, isLastFrame } from './frames.ts'
import { serverMessage, type TurnFrame } from './socket.ts'

const turnId = '0192f0c1-6f6e-7c3a-9a51-6f0c1b2d3e4f'
const message = {
  id: turnId,
  conversationId: turnId,
  parentId: null,
  role: 'assistant' as const,
  text: 'an answer with "seq":7 in it',
  status: 'completed' as const,
  createdAt: '2026-11-21T12:00:00.000Z',
}

/** One frame of each kind with this number and text. */
const framesOf = (seq: number, text: string): TurnFrame[] => [
  { type: 'turn.delta', turnId, seq, text },
  { type: 'turn.delta', turnId, seq, fromSeq: 1, text },
  { type: 'turn.status', turnId, seq, status: 'switched_provider', message: text },
  { type: 'turn.restarted', turnId, seq },
  { type: 'turn.completed', turnId, seq, message: { ...message, text } },
  { type: 'turn.failed', turnId, seq, error: { code: 'service_busy', message: text } },
]

t.test('B3 the sequence number of every frame is found in its bytes, whatever the text says', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), fc.string({ unit: 'binary', maxLength: 200 }), (seq, text) => {
      for (const frame of framesOf(seq, `"seq":99,${text}`)) {
        const bytes = encodeFrame(frame)
        if (frameSeq(bytes) !== seq) return false
        if (isLastFrame(bytes) !== ['turn.completed', 'turn.failed'].includes(frame.type)) return false
      }
      return true
    }),
  )
  t.pass('for all numbers and texts')
})

t.test('a frame is the exact JSON of the WebSocket message', async (t) => {
  for (const frame of framesOf(12, 'Grüße, 世界 🌍')) {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(encodeFrame(frame)))
    t.same(parsed, frame)
    t.same(serverMessage.parse(parsed), frame, 'and what the public schema allows')
  }
})

t.test('bytes that are no frame are refused', async (t) => {
  for (const text of ['', '{}', '{"type":"pong"}', '{"type":"turn.delta","seq":"x"}']) {
    t.throws(() => frameSeq(new TextEncoder().encode(text)), RangeError)
  }
})
