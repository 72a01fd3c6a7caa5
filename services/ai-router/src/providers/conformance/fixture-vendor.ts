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
  /** Finds a figure of the usage: the first group is what stands before its digits. */
  figure: RegExp
  /** The event at the beginning; undefined when the first token is one. */
  start?: RegExp
  /** The event with the finish reason. */
  finish: RegExp
  /** Tokens of embeddings.json; undefined when the vendor gives no figure. */
  embeddingTokens?: number
}

/** The file that a scene is made of; undefined where nothing needs to be recorded. */
function fileOf(scene: Scene): string | undefined {
  switch (scene.kind) {
    case 'refusal':
      return `${scene.status}${scene.why ? `-${scene.why.replace('_', '-')}` : ''}.json`
    case 'embeddings':
      return 'embeddings.json'
    case 'answer':
      return scene.usage === 'missing' ? 'answer-without-usage.sse' : 'answer.sse'
    case 'length':
    case 'content_filter':
    case 'unknown_reason':
    case 'tool_calls':
      return `${scene.kind.replace('_', '-')}.sse`
    default:
      return undefined
  }
}

/** Cuts inside lines, inside multi-byte characters and between the two line ends of an event. */
const PIECE_BYTES = 7
/** For what would take for ever otherwise. */
const LARGE_PIECE_BYTES = 64 * 1024
const LARGE_TOKEN = 'x'.repeat(10 * 1024 * 1024)

const JSON_TYPE = { 'content-type': 'application/json' }

/** A reset takes with it what the reader has received and not yet read. */
const ARRIVAL_MS = 20

/** The vectors in every vendor's embeddings.json. */
const VECTORS = [
  [0.0123, -0.0456, 0.0789],
  [-0.0321, 0.0654, -0.0987],
]

/** A prefill of the suite, wherever the vendor's format puts it. */
const PREFILL = /The answer begins[^"]*(?=")/

/** Replays a vendor's recorded answers, byte for byte, in awkward pieces. */
export async function startFixtureVendor(wire: WireFixtures): Promise<VendorDouble> {
  const { directory, basePath, textOf, usage } = wire
  const read = (name: string) => readFileSync(join(directory, name), 'utf8')
  const eventsOf = (name: string) =>
    read(name)
      .split(/(?<=\r?\n\r?\n)/)
      .filter(Boolean)
  const textIn = (events: string[]) => events.map((event) => textOf(event) ?? '').join('')

  let scene: Scene = { kind: 'answer' }
  let lastBody = ''
  let bytesSent = 0
  let connections = 0
  const departure = createOccasion()
  const arrival = createOccasion()

  const send = async (response: ServerResponse, text: string) => {
    const bytes = Buffer.from(text)
    const pieceBytes = bytes.length > LARGE_TOKEN.length ? LARGE_PIECE_BYTES : PIECE_BYTES
    for (let start = 0; start < bytes.length && !response.destroyed; start += pieceBytes) {
      const piece = bytes.subarray(start, start + pieceBytes)
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
    arrival.happened()
    if (playing.kind === 'embeddings') return void response.writeHead(200, JSON_TYPE).end(read('embeddings.json'))
    if (playing.kind === 'refusal') return refuse(response, playing)
    if (playing.kind === 'reset' && playing.afterTokens === 'no_head') return void response.socket?.resetAndDestroy()
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).flushHeaders()
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
      ...JSON_TYPE,
      ...(retryAfterS !== undefined && { 'retry-after': String(retryAfterS) }),
    })
    response.end(read(fileOf(refusal) ?? ''))
  }

  /** What of the recording a scene sends, as it is or with one thing changed. */
  const eventsBefore = (playing: Scene): string[] => {
    const file = fileOf(playing)
    if (file?.endsWith('.sse')) return eventsOf(file)
    const events = eventsOf('answer.sse')
    switch (playing.kind) {
      case 'wrong_usage':
        return events.map((event) => event.replaceAll(wire.figure, `$1${playing.figure}`))
      case 'missing_event': {
        const missing = wire[playing.which]
        return events.filter((event) => !missing?.test(event))
      }
      case 'large_token':
        return events.map((event) => (event === firstToken(events) ? withText(event, LARGE_TOKEN) : event))
      default: {
        const afterTokens = 'afterTokens' in playing && typeof playing.afterTokens === 'number' ? playing.afterTokens : 0
        const tokens = events.flatMap((event, index) => (textOf(event) === undefined ? [] : [index]))
        return events.slice(0, tokens[afterTokens] ?? 0)
      }
    }
  }
  const firstToken = (events: string[]) => events.find((event) => textOf(event) !== undefined) ?? ''
  const largeAnswer = () => {
    const events = eventsOf('answer.sse')
    return LARGE_TOKEN + textIn(events.filter((event) => event !== firstToken(events)))
  }
  const withText = (event: string, text: string) => event.replace(JSON.stringify(textOf(event)), JSON.stringify(text))

  server.on('connection', () => {
    connections += 1
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    baseUrl: `http://127.0.0.1:${port}${basePath}`,
    canPlay(next) {
      const file = fileOf(next)
      const lacksEvent = next.kind === 'missing_event' && wire[next.which] === undefined
      return !lacksEvent && (file === undefined || existsSync(join(directory, file)))
    },
    play(next): Expected {
      scene = next
      if (next.kind === 'embeddings') return { text: '', vectors: VECTORS, usage: { inputTokens: wire.embeddingTokens } }
      if (next.kind === 'large_token') return { text: largeAnswer() }
      const hasUsage = next.kind === 'answer' && next.usage !== 'missing'
      return { text: textIn(eventsBefore(next)), ...(hasUsage && { usage }) }
    },
    lastBody: () => lastBody,
    lastPrefill: () => PREFILL.exec(lastBody)?.[0] ?? '',
    asked: arrival.next,
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
