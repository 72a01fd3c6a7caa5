import t from 'tap'
import { createResponseReader } from './response-reader.ts'

const sized = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'
const chunked =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\ndata: \r\n1A;x=y\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nx-more: 1\r\n\r\n'
const refused = 'HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\ncontent-length: 0\r\n\r\n'

t.test('answers of every shape are read one after the other, wherever the network cuts them', async (t) => {
  const bytes = Buffer.from(sized + chunked + refused + sized, 'latin1')
  for (let size = 1; size <= bytes.length; size += 1) {
    const answers: string[] = []
    let body = ''
    const reader = createResponseReader({
      body: (piece) => {
        body += piece.toString('latin1')
      },
      end: ({ status, retryAfterS }) => {
        answers.push(`${status} ${retryAfterS} ${body}`)
        body = ''
      },
    })
    for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size))
    t.strictSame(answers, ['200 0 hello', '200 0 data: abcdefghijklmnopqrstuvwxyz', '503 2 ', '200 0 hello'], `${size} bytes at a time`)
  }
})

t.test('an answer whose end nobody can know is refused', async (t) => {
  const reader = createResponseReader({ body: () => undefined, end: () => undefined })
  t.throws(() => reader.push(Buffer.from('HTTP/1.1 200 OK\r\n\r\n')), { message: 'an answer without a length' })
})
