import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { nowUs, stampedToken } from './stamped-token.ts'
import { createTimerWheel } from './timer-wheel.ts'

/**
 * OpenAI's chat completions for measuring what stands in front of them: like the token source, but on bare sockets, so
 * that a core of it feeds a router that is as fast as a pipe. Each chunk is one chunk of HTTP and one write, as vendors
 * send them. `bench tokens=200 rate=50` in the body orders a stream; rate 0 is as fast as the reader takes it. A request
 * without `"stream":true` gets the answer at once.
 */
const ORDER = /bench tokens=(\d+) rate=(\d+)/g

const wheel = createTimerWheel()

const about = '"created":1730000000,"model":"gpt-5.4-nano-2026-03-17","service_tier":"default","system_fingerprint":"fp_44added55e"'
const identity = '"id":"chatcmpl-BxYz0123456789abcdefABCDEF"'
const chunk = (delta: string, finish: string): string =>
  `data: {${identity},"object":"chat.completion.chunk",${about},"choices":[{"index":0,"delta":{${delta}},"logprobs":null,"finish_reason":${finish}}],"usage":null}\n\n`
const framed = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`
const usage = (tokens: number): string => `"usage":{"prompt_tokens":25,"completion_tokens":${tokens},"total_tokens":${tokens + 25}}`

const STREAM_HEAD =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n'
const FIRST = framed(chunk('"role":"assistant","content":"","refusal":null', 'null'))
const [beforeToken = '', behindToken = ''] = chunk('"content":"@"', 'null').split('@')
const ends = (tokens: number): string =>
  `${framed(chunk('', '"stop"'))}${framed(`data: {${identity},"object":"chat.completion.chunk",${about},"choices":[],${usage(tokens)}}\n\n`)}${framed('data: [DONE]\n\n')}0\r\n\r\n`

const TEXT = 'Lorem ipsum dolor sit amet, consetetur sadipscing elitr, sed diam nonumy eirmod tempor invidunt ut labore. '.repeat(10)
const answer = `{${identity},"object":"chat.completion",${about},"choices":[{"index":0,"message":{"role":"assistant","content":"${TEXT}","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],${usage(200)}}`
const json = (status: string, body: string): string =>
  `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`

function stream(socket: Socket, tokens: number, perSecond: number): void {
  let index = 0
  const next = (): boolean => {
    if (socket.destroyed) return false
    if (index === tokens) {
      socket.write(ends(tokens), 'latin1')
      return false
    }
    const token = beforeToken + stampedToken(index, nowUs()) + behindToken
    socket.write((index === 0 ? STREAM_HEAD + FIRST : '') + framed(token), 'latin1')
    index += 1
    return true
  }
  if (perSecond > 0) wheel.add(next, perSecond)
  else keepFull(socket, next)
}

/** One chunk for each reader in turn, for as long as it takes them. */
const eager = new Map<Socket, () => boolean>()

function keepFull(socket: Socket, next: () => boolean): void {
  if (eager.size === 0) setImmediate(feed)
  eager.set(socket, next)
}

function feed(): void {
  for (const [socket, next] of eager) {
    if (socket.writableNeedDrain) {
      eager.delete(socket)
      socket.once('drain', () => keepFull(socket, next))
    } else if (!next()) eager.delete(socket)
  }
  if (eager.size > 0) setImmediate(feed)
}

function take(socket: Socket, body: string): void {
  // The newest question is the last one in the body.
  const [, tokens, rate] = [...body.matchAll(ORDER)].at(-1) ?? []
  if (tokens === undefined) socket.write(json('400 Bad Request', '{"error":{"message":"no order"}}'))
  else if (body.includes('"stream":true')) stream(socket, Number(tokens), Number(rate))
  else socket.write(json('200 OK', answer), 'latin1')
}

const server = createServer({ noDelay: true }, (socket) => {
  let waiting = ''
  socket.on('error', () => socket.destroy())
  socket.on('data', (bytes) => {
    waiting += bytes.toString('latin1')
    const blank = waiting.indexOf('\r\n\r\n')
    if (blank < 0) return
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(waiting.slice(0, blank))?.[1] ?? Number.NaN)
    if (Number.isNaN(length)) return void socket.end(json('411 Length Required', '{"error":{"message":"a request without a length"}}'))
    const end = blank + 4 + length
    if (waiting.length < end) return
    const body = waiting.slice(blank + 4, end)
    waiting = waiting.slice(end)
    take(socket, body)
  })
})

server.listen(0, '127.0.0.1')
await once(server, 'listening')
process.once('disconnect', () => process.exit(0))
process.send?.({ ready: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
