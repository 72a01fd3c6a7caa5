import type { socketApi } from '@parley/contracts'
import { counter } from '@parley/telemetry'
import type { WebSocket } from 'ws'

const cutOff = counter({
  name: 'gateway_slow_readers_total',
  help: 'Connections cut off because their reader was too slow.',
  labelNames: ['kind'],
})

export type Outgoing = ReturnType<typeof createOutgoing>

/**
 * The way out of one socket. A reader that lets more than `bufferBytes` wait is cut off: it comes back and resumes,
 * while memory for everybody else stays bounded.
 */
export function createOutgoing(socket: WebSocket, { bufferBytes }: { bufferBytes: number }) {
  function isTooSlow(): boolean {
    if (socket.bufferedAmount <= bufferBytes) return false
    cutOff.inc({ kind: 'socket' })
    socket.terminate()
    return true
  }
  const options = { binary: false, compress: false }
  return {
    /** Bytes that are a message already. */
    forward(bytes: Uint8Array): void {
      if (socket.readyState === socket.OPEN && !isTooSlow()) socket.send(bytes, options)
    },
    send(message: socketApi.ServerMessage): void {
      if (socket.readyState === socket.OPEN && !isTooSlow()) socket.send(JSON.stringify(message), options)
    },
  }
}
