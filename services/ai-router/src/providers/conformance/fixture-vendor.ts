import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { VendorUsage } from '../provider.ts'
import { createOccasion, type Expected, type Scene, type VendorDouble } from './vendor-double.ts'

/** One vendor's wire format, as files in its `fixtures` folder (see conformance/README.md). */
export interface WireFixtures {
  directory: string
  /** Appended to the server's origin. */
  basePath: string
  /** The text an event of the fixtures carries; undefined for all other events. */
  textOf(event: string): string | undefined
  /** The figures in answer.sse. */
  usage: VendorUsage
}

const fileOf = ({ status, why }: Extract<Scene, { kind: 'refusal' }>) => `${status}${why ? `-${why.replace('_', '-')}` : ''}.json`

/** Cuts inside lines, inside multi-byte characters and between the two line ends of an event. */
const PIECE_BYTES = 7

/** A reset takes with it what the reader has received and not yet read. */
const ARRIVAL_MS = 20

/** Replays a vendor's recorded answers, byte for byte, in awkward pieces. */
export async function startFixtureVendor({ directory, basePath, textOf, usage }: WireFixtures): Promise<VendorDouble> {
  const read = (name: string) => readFileSync(join(directory, name), 'utf8')
  const eventsOf = (name: string) =>
    read(name)
      .split(/(?<=\n\n)/)
      .filter(Boolean)
  const textIn = (events: string[]) => events.map((event) => textOf(event) ?? '').join('')

  let scene: Scene = { kind: 'answer' }
  let lastBody = ''
  let bytesSent = 0
  let connections = 0
  const departure = createOccasion()

  const send = async (response: ServerResponse, text: string) => {
    const bytes = Buffer.from(text)
    for (let start = 0; start < bytes.length && !response.destroyed; start += PIECE_BYTES) {
      const piece = bytes.subarray(start, start + PIECE_BYTES)
      bytesSent += piece.length
      await new Promise<void>((resolve) => response.write(piece, () => resolve()))
    }
  }
  const sendForEver = async (response: ServerResponse) => {
    const tokens = eventsOf('answer.sse').filter((event) => textOf(event) !== undefined)
    const piece = Buffer.from(tokens.join('').repeat(20))
    while (!response.destroyed) {
      bytesSent += piece.length
      await new Promise<void>((resolve) => response.write(piece, () => resolve()))
    }
  }

  const server = createServer(async (request, response) => {
    const playing = scene
    lastBody = await new Response(request as unknown as ReadableStream).text()
    response.once('close', () => {
      if (!response.writableFinished) departure.happened()
    })
    if (playing.kind === 'refusal') return refuse(response, playing)
    if (playing.kind === 'reset' && playing.afterTokens === 'no_head') return void response.socket?.resetAndDestroy()
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
    if (playing.kind === 'endless') return sendForEver(response)
    await send(response, eventsBefore(playing).join(''))
    if (playing.kind === 'malformed') await send(response, read('malformed-event.sse'))
    if (playing.kind === 'error_event') await send(response, read('error-event.sse'))
    if (playing.kind === 'reset') setTimeout(() => response.socket?.resetAndDestroy(), ARRIVAL_MS)
    else if (playing.kind !== 'stall') response.end()
  })

  const refuse = (response: ServerResponse, refusal: Extract<Scene, { kind: 'refusal' }>) => {
    const { status, retryAfterS } = refusal
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(retryAfterS !== undefined && { 'retry-after': String(retryAfterS) }),
    })
    response.end(read(fileOf(refusal)))
  }

  /** The part of the recording that a scene sends as it is. */
  const eventsBefore = (playing: Scene): string[] => {
    if (playing.kind === 'answer') return eventsOf(playing.usage === 'missing' ? 'answer-without-usage.sse' : 'answer.sse')
    if (playing.kind === 'length') return eventsOf('length.sse')
    if (playing.kind === 'content_filter') return eventsOf('content-filter.sse')
    if (playing.kind === 'unknown_reason') return eventsOf('unknown-reason.sse')
    const afterTokens = 'afterTokens' in playing && typeof playing.afterTokens === 'number' ? playing.afterTokens : 0
    const events = eventsOf('answer.sse')
    const tokens = events.flatMap((event, index) => (textOf(event) === undefined ? [] : [index]))
    return events.slice(0, tokens[afterTokens] ?? 0)
  }

  server.on('connection', () => {
    connections += 1
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    baseUrl: `http://127.0.0.1:${port}${basePath}`,
    canPlay: (next) => next.kind !== 'refusal' || existsSync(join(directory, fileOf(next))),
    play(next): Expected {
      scene = next
      const hasUsage = next.kind === 'answer' && next.usage !== 'missing'
      return { text: textIn(eventsBefore(next)), ...(hasUsage && { usage }) }
    },
    lastBody: () => lastBody,
    clientLeft: departure.next,
    bytesSent: () => bytesSent,
    connections: () => connections,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
