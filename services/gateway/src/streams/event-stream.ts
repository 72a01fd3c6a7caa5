import type { ServerResponse } from 'node:http'

const TYPE_KEY = '{"type":"'
const newline = Buffer.from('\n\n')

/** One server-sent event made of a live frame's bytes, which are not parsed. JSON has no raw line breaks. */
export function eventOf(bytes: Uint8Array, seq?: number): Buffer {
  const id = seq === undefined ? '' : `id: ${seq}\n`
  return Buffer.concat([Buffer.from(`${id}event: ${typeOf(bytes)}\ndata: `), bytes, newline])
}

/** Every server message begins with its type. */
function typeOf(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 64)).toString()
  const end = head.indexOf('"', TYPE_KEY.length)
  return head.startsWith(TYPE_KEY) && end > 0 ? head.slice(TYPE_KEY.length, end) : 'message'
}

export type EventStream = ReturnType<typeof createEventStream>

/** The way out of one event stream. A reader that lets more than `bufferBytes` wait is cut off, as on a socket. */
export function createEventStream(response: ServerResponse, { bufferBytes, onCutOff }: { bufferBytes: number; onCutOff: () => void }) {
  return {
    forward(bytes: Uint8Array, seq?: number): void {
      if (response.writableEnded || response.destroyed) return
      if (response.writableLength > bufferBytes) {
        onCutOff()
        response.destroy()
        return
      }
      response.write(eventOf(bytes, seq))
    },
    /** A comment: keeps proxies from closing a quiet stream. */
    beat(): void {
      if (!response.writableEnded && !response.destroyed) response.write(': still here\n\n')
    },
    end(): void {
      if (!response.writableEnded) response.end()
    },
  }
}
