import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A door in front of a TCP server: shut, it cuts what runs and refuses what comes. */
export interface TcpGate {
  /** The given URL, through the door. */
  url: string
  shut(): void
  open(): void
  close(): Promise<void>
}

/** Stands in front of the server that a URL names, on a port of its own. */
export async function startTcpGate(target: string): Promise<TcpGate> {
  const url = new URL(target)
  const { hostname, port } = url
  const sockets = new Set<Socket>()
  let isOpen = true
  const server = createServer((client) => {
    if (!isOpen) return client.destroy()
    const upstream = connect(Number(port), hostname)
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one)
      one.pipe(other)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const shut = () => {
    isOpen = false
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: url.href,
    shut,
    open: () => {
      isOpen = true
    },
    async close() {
      shut()
      server.close()
      await once(server, 'close')
    },
  }
}
