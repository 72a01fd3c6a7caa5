import { connect } from 'node:net'
import { createResponseReader, type ResponseListener } from './response-reader.ts'

/** One connection that is kept open, for one request at a time. */
export interface LeanConnection {
  send(request: string): void
  destroy(): void
}

/** All connections of a process read into the same memory: what was read is looked at before anything else is read. */
const memory = Buffer.alloc(262_144)

/** @param onLost the connection ended without our doing; it cannot be used again */
export function openConnection(url: string, listener: ResponseListener, onLost: (reason: string) => void): LeanConnection {
  const { hostname, port } = new URL(url)
  const reader = createResponseReader(listener)
  let isOver = false
  const lost = (reason: string): void => {
    if (isOver) return
    isOver = true
    socket.destroy()
    onLost(reason)
  }
  const socket = connect({
    ...{ host: hostname, port: Number(port), noDelay: true },
    onread: {
      buffer: memory,
      callback(length) {
        try {
          reader.push(memory.subarray(0, length))
        } catch (error) {
          lost(error instanceof Error ? error.message : String(error))
        }
        return true
      },
    },
  })
  socket.once('error', ({ message }) => lost(message))
  socket.once('close', () => lost('connection lost'))
  return {
    send: (request) => void socket.write(request, 'latin1'),
    destroy() {
      isOver = true
      socket.destroy()
    },
  }
}

/** How a request is sent again and again, each time with another text, so that nobody can answer one with another's answer. */
export interface RequestTemplate {
  path: string
  headers: Record<string, string>
  /** JSON with `@` where the number is to stand. */
  body: string
}

const NUMBER_DIGITS = 12

/** The bytes of one request after the other. */
export function requestsOf(url: string, { path, headers, body }: RequestTemplate): (number: number) => string {
  const [before = '', behind = ''] = body.split('@')
  const lines = Object.entries({
    ...{ host: new URL(url).host, 'content-type': 'application/json', accept: '*/*' },
    ...headers,
    'content-length': String(body.length - 1 + NUMBER_DIGITS),
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${before}`
  return (number) => head + String(number).padStart(NUMBER_DIGITS, '0') + behind
}
