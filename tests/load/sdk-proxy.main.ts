import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import OpenAI from 'openai'

/** What one writes in an afternoon: the official SDK reads the stream, each chunk is written out again. */
const client = new OpenAI({ baseURL: `${process.argv[2]}/v1`, apiKey: 'sk-bench', maxRetries: 0, logLevel: 'off' })

const server = createServer(async (request, response) => {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  try {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece)
    const body = JSON.parse(Buffer.concat(pieces).toString()) as OpenAI.ChatCompletionCreateParams
    if (!body.stream) {
      const answer = await client.chat.completions.create(body, { signal: gone.signal })
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
      return
    }
    const chunks = await client.chat.completions.create(body, { signal: gone.signal })
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
    for await (const chunk of chunks) {
      if (!response.write(`data: ${JSON.stringify(chunk)}\n\n`)) await once(response, 'drain', { signal: gone.signal })
    }
    response.end('data: [DONE]\n\n')
  } catch {
    // It went away, or its vendor did: the answer breaks off.
    response.destroy()
  }
})
server.keepAliveTimeout = 600_000
server.listen(0, '127.0.0.1')
await once(server, 'listening')
process.once('disconnect', () => process.exit(0))
process.send?.({ ready: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
