import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A TCP relay that can break in the two ways a network does. */
export interface Relay {
  port: number
  /** Connections are reset and new ones refused, as when a host answers that nothing is there. */
  cut(): void
  /** Connections stay open and nothing flows, new ones are taken and hear nothing: packets are dropped on the way. */
  stall(): void
  /** Everything flows again, also what was held back. */
  heal(): void
  close(): Promise<void>
}

interface Pair {
  client: Socket
  server: Socket | null
}

/** Relays connections to its own port on 127.0.0.1 to another one. */
export async function startRelay(target: { host: string; port: number }): Promise<Relay> {
  const pairs = new Set<Pair>()
  let state: 'whole' | 'cut' | 'stalled' = 'whole'

  const listener = createServer({ pauseOnConnect: true }, (client) => {
    client.on('error', () => client.destroy())
    if (state === 'cut') return void client.resetAndDestroy()
    const pair: Pair = { client, server: null }
    pairs.add(pair)
    client.once('close', () => {
      pairs.delete(pair)
      pair.server?.destroy()
    })
    if (state === 'whole') join(pair)
  })

  function join(pair: Pair): void {
    const { client } = pair
    const server = connect(target)
    pair.server = server
    server.on('error', () => client.destroy())
    server.once('close', () => client.destroy())
    client.pipe(server).pipe(client)
  }

  function stop({ client, server }: Pair): void {
    client.unpipe()
    client.pause()
    server?.unpipe()
    server?.pause()
  }

  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('the relay has no port')

  return {
    port: address.port,
    cut() {
      state = 'cut'
      for (const { client, server } of [...pairs]) {
        server?.resetAndDestroy()
        client.resetAndDestroy()
      }
    },
    stall() {
      state = 'stalled'
      for (const pair of pairs) stop(pair)
    },
    heal() {
      const wasStalled = state === 'stalled'
      state = 'whole'
      if (!wasStalled) return
      for (const pair of pairs) {
        if (pair.server) pair.client.pipe(pair.server).pipe(pair.client)
        else join(pair)
      }
    },
    async close() {
      for (const { client, server } of pairs) {
        client.destroy()
        server?.destroy()
      }
      listener.close()
      await once(listener, 'close')
    },
  }
}
