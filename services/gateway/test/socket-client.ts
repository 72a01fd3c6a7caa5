import type { socketApi } from '@parley/contracts'
import { type ClientOptions, WebSocket } from 'ws'

export interface SocketOptions {
  /** Sent as the cookie parley_access. */
  cookie?: string
  ticket?: string
  origin?: string | null
  headers?: Record<string, string>
  protocols?: string[]
}

type Message = socketApi.ServerMessage
type Of<T extends Message['type']> = Extract<Message, { type: T }>

export type SocketClient = Awaited<ReturnType<typeof openSocket>>

/** A client of the gateway's socket that remembers what it received. `origin` defaults to that of the public URL of test worlds. */
export async function openSocket(
  url: string,
  { cookie, ticket, origin = 'http://parley.test', headers = {}, protocols = ['parley.v1'] }: SocketOptions,
) {
  const query = ticket === undefined ? '' : `?ticket=${ticket}`
  const options: ClientOptions = {
    headers: { ...(cookie !== undefined && { cookie: `parley_access=${cookie}` }), ...(origin !== null && { origin }), ...headers },
  }
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/ws${query}`, protocols, options)
  const messages: Message[] = []
  const waiting = new Set<() => void>()
  const wake = () => {
    for (const look of [...waiting]) look()
  }
  let closed: { code: number } | null = null
  let status = 0
  socket.on('message', (data) => {
    messages.push(JSON.parse(String(data)) as Message)
    wake()
  })
  socket.on('close', (code) => {
    closed = { code }
    wake()
  })
  socket.on('unexpected-response', (_request, response) => {
    status = response.statusCode ?? 0
    response.resume()
    socket.terminate()
  })
  socket.on('error', () => undefined)
  await new Promise<void>((resolve) => {
    socket.once('open', resolve)
    socket.once('close', () => resolve())
  })

  function until<T>(what: string, look: () => T | undefined, timeoutMs = 8_000): Promise<T> {
    return new Promise((resolve, reject) => {
      const attempt = () => {
        const found = look()
        if (found === undefined) return
        clearTimeout(timer)
        waiting.delete(attempt)
        resolve(found)
      }
      const timer = setTimeout(() => {
        waiting.delete(attempt)
        reject(new Error(`waited in vain for ${what}; received ${JSON.stringify(messages).slice(-2000)}, closed ${JSON.stringify(closed)}`))
      }, timeoutMs)
      waiting.add(attempt)
      attempt()
    })
  }

  return {
    socket,
    messages,
    /** Status of a refused handshake, 0 otherwise. */
    get refusedStatus() {
      return status
    },
    until,
    send: (message: unknown) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    /** The first message of this type, also one that came before. */
    next: <T extends Message['type']>(type: T, where: (message: Of<T>) => boolean = () => true): Promise<Of<T>> =>
      until(type, () => messages.find((message): message is Of<T> => message.type === type && where(message as Of<T>))),
    closeCode: (): Promise<number> => until('close', () => closed?.code),
    /** What the frames of a turn make: their numbers, and the text a client shows. */
    textOf(turnId: string): { seqs: number[]; text: string } {
      return frames(
        messages.filter((message): message is socketApi.TurnFrame => 'turnId' in message && message.turnId === turnId && 'seq' in message),
      )
    },
    close: () => socket.close(),
  }
}

function frames(list: socketApi.TurnFrame[]): { seqs: number[]; text: string } {
  let text = ''
  for (const frame of list) {
    if (frame.type === 'turn.restarted') text = ''
    if (frame.type === 'turn.delta') text += frame.text
  }
  return { seqs: list.map(({ seq }) => seq), text }
}
