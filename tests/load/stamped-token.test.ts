import t from 'tap'
import { readStampedTokens, stampedToken } from './stamped-token.ts'

const read = (text: string): number[][] => {
  const tokens: number[][] = []
  readStampedTokens(Buffer.from(text), (...token) => tokens.push(token))
  return tokens
}

t.test('stamped tokens are found inside a frame and inside a vendor event', async (t) => {
  const text = stampedToken(0, 1_234_567_890) + stampedToken(17, 36)
  const frame = JSON.stringify({ type: 'turn.delta', turnId: 'a', seq: 3, text })
  t.strictSame(read(frame), [
    [0, 1_234_567_890],
    [17, 36],
  ])
  t.strictSame(read(`data: {"choices":[{"delta":{"content":"${stampedToken(5, 99)}"}}]}\n\n`), [[5, 99]])
})

t.test('what only looks like one is left out', async (t) => {
  t.strictSame(read('data: [DONE] 12 T a 7T'), [])
})
