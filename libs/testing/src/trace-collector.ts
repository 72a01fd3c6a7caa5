import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { readSpans, type Span } from './otlp.ts'

export type { Span } from './otlp.ts'

/** Receives what services export (OTLP over HTTP, JSON encoding) and keeps it. */
export interface TraceCollector {
  /** The value of OTEL_EXPORTER_OTLP_ENDPOINT. */
  endpoint: string
  spans(): Span[]
  /** Resolves with the spans as soon as the predicate holds for all received so far; fails after `timeoutMs`. */
  waitFor(predicate: (spans: Span[]) => boolean, timeoutMs?: number): Promise<Span[]>
  close(): Promise<void>
}

export async function startTraceCollector(): Promise<TraceCollector> {
  const received: Span[] = []
  const watchers = new Set<() => void>()
  const server = createServer((request, response) => {
    readBody(request)
      .then((body) => {
        if (request.url === '/v1/traces') received.push(...readSpans(body))
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
        for (const watcher of watchers) watcher()
      })
      .catch((error: unknown) => response.writeHead(400).end(String(error)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    spans: () => [...received],
    waitFor: (predicate, timeoutMs = 10_000) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          watchers.delete(look)
          const names = received.map((span) => `${span.service}: ${span.name}`).join('\n')
          reject(new Error(`the expected spans did not come within ${timeoutMs} ms; received:\n${names}`))
        }, timeoutMs)
        const look = () => {
          if (!predicate(received)) return
          clearTimeout(timer)
          watchers.delete(look)
          resolve([...received])
        }
        watchers.add(look)
        look()
      }),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  return JSON.parse((request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString())
}
