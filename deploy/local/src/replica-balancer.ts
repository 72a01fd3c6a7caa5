import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** One address in front of several replicas, as a Kubernetes Service is: each new connection goes to the next one that accepts. */
export interface ReplicaBalancer {
  url: string
  close(): Promise<void>
}

/** @param ports of the replicas, now: a replica that was restarted elsewhere counts from then on */
export async function startBalancer(port: number, ports: () => number[]): Promise<ReplicaBalancer> {
  let turn = 0
  const open = new Set<Socket>()
  const server = createServer({ pauseOnConnect: true }, (client) => {
    open.add(client)
    client.once('close', () => open.delete(client))
    turn += 1
    const candidates = ports()
    const start = turn % Math.max(candidates.length, 1)
    connectTo(client, [...candidates.slice(start), ...candidates.slice(0, start)])
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function connectTo(client: Socket, [port, ...others]: number[]): void {
  if (port === undefined) {
    client.destroy()
    return
  }
  const replica = connect({ port, host: '127.0.0.1' })
  const tryNext = () => connectTo(client, others)
  replica.once('error', tryNext)
  client.once('error', () => replica.destroy())
  replica.once('connect', () => {
    replica.off('error', tryNext)
    replica.on('error', () => client.destroy())
    replica.once('close', () => client.destroy())
    client.once('close', () => replica.destroy())
    client.pipe(replica).pipe(client)
  })
}
