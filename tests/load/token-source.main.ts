import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { nowUs, stampedToken } from './stamped-token.ts'
import { createTimerWheel } from './timer-wheel.ts'

/**
 * A model vendor on OpenAI's wire for measuring: stamped tokens at a given rate, the first one at once, one timer for all
 * streams. The newest question says how much: `bench tokens=300 rate=20`. Knows no faults; for those there is the simulator.
 */
const ORDER = /bench tokens=(\d+) rate=(\d+)/g

const wheel = createTimerWheel()

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  // An answer may quote an older order; the newest question is the last one in the body.
  const order = [...Buffer.concat(chunks).toString('latin1').matchAll(ORDER)].at(-1)
  if (!order) return void response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":{"message":"no order"}}')
  answer(response, Number(order[1]), Number(order[2]))
})
// Kept for as long as any client keeps them: closing an idle one could meet a request.
server.keepAliveTimeout = 600_000

const chunk = (delta: object, finish: string | null) =>
  `data: ${JSON.stringify({
    ...{ id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1_700_000_000, model: 'bench' },
    ...{ choices: [{ index: 0, delta, finish_reason: finish }], usage: null },
  })}\n\n`
const [beforeToken = '', afterToken = ''] = chunk({ content: '@' }, null).split('@')
const usage = (tokens: number) => `"usage":{"prompt_tokens":20,"completion_tokens":${tokens},"total_tokens":${tokens + 20}}`

function answer(response: ServerResponse, tokens: number, perSecond: number): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  let index = 0
  wheel.add(() => {
    if (response.destroyed) return false
    if (index === tokens) {
      const last = `data: {"id":"chatcmpl-bench","model":"bench","choices":[],${usage(tokens)}}\n\ndata: [DONE]\n\n`
      response.end(chunk({}, 'stop') + last)
      return false
    }
    response.write(beforeToken + stampedToken(index, nowUs()) + afterToken)
    index += 1
    return true
  }, perSecond)
}

server.listen(0, '127.0.0.1')
await once(server, 'listening')
process.once('disconnect', () => process.exit(0))
process.send?.({ ready: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
