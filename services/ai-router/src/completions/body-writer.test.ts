import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import t, { type Test } from 'tap'
import { createBodyWriter } from './body-writer.ts'

const never = new AbortController().signal

/** Sends requests on one connection at once, and reads until it is closed. */
async function ask(t: Test, requests: string, onResponses: (responses: ServerResponse[]) => Promise<void>): Promise<string> {
  const responses: ServerResponse[] = []
  const count = requests.split('GET ').length - 1
  const server = createServer((_request, response) => {
    responses.push(response)
    if (responses.length === count) void onResponses(responses)
  })
  t.teardown(() => server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const pieces: Buffer[] = []
  socket.on('data', (piece) => pieces.push(piece))
  socket.write(requests)
  await once(socket, 'close')
  return Buffer.concat(pieces).toString()
}

const bodiesOf = (answers: string): string[] =>
  answers
    .split(/HTTP\/1\.1 200 OK\r\n/)
    .slice(1)
    .map((answer) => unchunked(answer.slice(answer.indexOf('\r\n\r\n') + 4)))

function unchunked(body: string): string {
  let rest = Buffer.from(body)
  let text = ''
  for (;;) {
    const line = rest.indexOf('\r\n')
    const size = Number.parseInt(rest.subarray(0, line).toString(), 16)
    if (!(size > 0)) return text
    text += rest.subarray(line + 2, line + 2 + size).toString()
    if (rest.subarray(line + 2 + size, line + 4 + size).toString() !== '\r\n') throw new Error('a chunk of another size than it says')
    rest = rest.subarray(line + 4 + size)
  }
}

const nextMoment = () => new Promise((resolve) => setImmediate(resolve))
const TEXTS = ['one ', 'zwölf ', '👋 ', 'x'.repeat(70_000), ' end']
const get = (more = '') => `GET / HTTP/1.1\r\nhost: a\r\n${more}\r\n`

t.test('what is written arrives as it was written, whatever its letters, and what comes at one moment is one chunk', async (t) => {
  const answers = await ask(t, get('connection: close\r\n'), async ([response]) => {
    if (!response) return
    const { write, flush } = createBodyWriter(response, never)
    for (const text of TEXTS) {
      void write(text)
      await nextMoment()
    }
    void write('a')
    void write('b')
    flush()
    response.end()
  })
  t.same(bodiesOf(answers), [`${TEXTS.join('')}ab`])
  t.match(answers, '\r\n2\r\nab\r\n')
})

t.test('answers to requests that were sent behind each other stay apart, also when the later one is ready first', async (t) => {
  const answers = await ask(t, get() + get('connection: close\r\n'), async ([first, second]) => {
    if (!first || !second) return
    const [one, two] = [createBodyWriter(first, never), createBodyWriter(second, never)]
    for (const number of [1, 2, 3]) {
      void two.write(`second ${number} `)
      await nextMoment()
      void one.write(`first ${number} `)
      await nextMoment()
    }
    first.end()
    await nextMoment()
    void two.write('second 4')
    two.flush()
    second.end()
  })
  t.same(bodiesOf(answers), ['first 1 first 2 first 3 ', 'second 1 second 2 second 3 second 4'])
})

t.test('a reader that knows no chunks gets none', async (t) => {
  const answers = await ask(t, 'GET / HTTP/1.0\r\n\r\n', async ([response]) => {
    if (!response) return
    const { write, flush } = createBodyWriter(response, never)
    void write('one ')
    await nextMoment()
    void write('two')
    flush()
    response.end()
  })
  t.equal(answers.slice(answers.indexOf('\r\n\r\n') + 4), 'one two')
})
