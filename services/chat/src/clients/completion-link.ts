import { completionLink, type LinkCallJson, type LinkItemJson, type LinkReplyJson } from '@parley/contracts'
import { commonErrors } from '@parley/errors'
import { WebSocket } from 'ws'
import { type RunningCall, runCall, type TakeParts } from './running-call.ts'

export type LinkCall = Omit<LinkCallJson, 'number'>

/** A connection to one replica of the ai-router that carries many completions (completion_links.proto). */
export interface CompletionLink {
  /** The replica's id. */
  readonly replica: string
  /** Calls that are being answered on it. */
  readonly size: number
  /** May it be given further calls? */
  readonly isOpen: boolean
  /**
   * Makes one call; `take` gets the parts that arrived together, in order. Resolves when the answer is whole: its last part is
   * `finished` or `failed`. Throws AppError when the call is refused, is not accepted in time, or its answer was cut; the
   * signal's reason when that fires, which ends the call.
   */
  ask(call: LinkCall, signal: AbortSignal, take: TakeParts): Promise<void>
  /** Gets no further calls: it ends with the last of those it has. */
  retire(): void
  /** Ends it, and everything on it. */
  close(): void
}

export interface LinkOptions {
  /** The ai-router's origin. */
  baseUrl: string
  /** Further calls belong elsewhere: the link broke, or its replica is on its way out. */
  onShut: (link: CompletionLink) => void
}

const CONNECT_TIMEOUT_MS = 2_000
const PING_MS = 2_000
/** A replica from which nothing has come for so long, no answer to a ping either, is gone or cannot be reached. */
const SILENCE_MS = 6_000

const broken = (cause?: unknown) => commonErrors.service_busy({ internal: 'the link to the ai-router broke', cause, retryAfterS: 1 })

/** Opens a link. Throws AppError `service_busy` when nobody is there. */
export function dialLink({ baseUrl, onShut }: LinkOptions): Promise<CompletionLink> {
  const url = new URL(completionLink.path, baseUrl)
  url.protocol = url.protocol.replace('http', 'ws')
  const socket = new WebSocket(url, { perMessageDeflate: false, handshakeTimeout: CONNECT_TIMEOUT_MS })
  const calls = new Map<number, RunningCall>()
  let heard: LinkItemJson[] = []
  let replica = ''
  let lastNumber = 0
  let isOpen = true
  let failure: unknown
  const opened = Promise.withResolvers<CompletionLink>()

  const link: CompletionLink = {
    get replica() {
      return replica
    },
    get size() {
      return calls.size
    },
    get isOpen() {
      return isOpen
    },
    ask(call, signal, take) {
      const number = ++lastNumber
      const running = runCall({ take, signal, onAbort: () => send(JSON.stringify({ abort: number })), onEnd: () => forget(number) })
      calls.set(number, running)
      const text = JSON.stringify({ call: { number, ...call } })
      if (socket.readyState !== socket.OPEN) running.settle(broken(failure))
      else if (Buffer.byteLength(text) > completionLink.requestLimitBytes) running.settle(commonErrors.payload_too_large())
      else socket.send(text)
      return running.ended
    },
    retire() {
      isOpen = false
      if (calls.size === 0) socket.close()
    },
    close: () => socket.terminate(),
  }

  function send(text: string): void {
    if (socket.readyState === socket.OPEN) socket.send(text)
  }

  function forget(number: number): void {
    calls.delete(number)
    if (!isOpen) link.retire()
  }

  function shut(): void {
    isOpen = false
    onShut(link)
  }

  function read({ replica: greeting, leaving, items }: LinkReplyJson): void {
    if (greeting) {
      replica = greeting
      opened.resolve(link)
    }
    if (leaving) shut()
    if (!items) return
    if (heard.length === 0) queueMicrotask(hear)
    heard.push(...items)
  }

  /** What one look at the network brought is read as one: behind schedule, many tokens of an answer are one step. */
  function hear(): void {
    const items = heard
    heard = []
    for (const [number, ofCall] of byCall(items)) calls.get(number)?.read(ofCall)
  }

  const silence = setTimeout(() => socket.terminate(), SILENCE_MS)
  const pings = setInterval(() => socket.readyState === socket.OPEN && socket.ping(), PING_MS)
  socket.on('pong', () => silence.refresh())
  socket.on('message', (data) => {
    silence.refresh()
    const reply = parse(String(data))
    if (reply) read(reply)
    else socket.terminate()
  })
  // Whatever breaks it also closes it.
  socket.on('error', (error) => (failure = error))
  socket.once('close', () => {
    clearTimeout(silence)
    clearInterval(pings)
    opened.reject(broken(failure))
    shut()
    for (const call of [...calls.values()]) call.settle(broken(failure))
  })
  return opened.promise
}

function parse(text: string): LinkReplyJson | null {
  try {
    return JSON.parse(text) as LinkReplyJson
  } catch {
    return null
  }
}

function byCall(items: LinkItemJson[]): Iterable<[number, LinkItemJson[]]> {
  const found = new Map<number, LinkItemJson[]>()
  for (const item of items) {
    const { call = 0 } = item
    const known = found.get(call)
    if (known) known.push(item)
    else found.set(call, [item])
  }
  return found
}
