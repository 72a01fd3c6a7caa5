import { type InfrastructureServer, startNats } from '@parley/embedded'
import { temporaryDirectory } from './temporary-directory.ts'

/** A nats-server with JetStream that belongs to one test. */
export interface TestNats {
  /** The same before and after a restart. */
  url: string
  readonly pid: number
  stop(): Promise<void>
  /** SIGKILL; its files stay for `restart`. */
  kill(): Promise<void>
  /** Stops it if it runs, and starts it again on the same port and the same files. */
  restart(): Promise<void>
}

export async function startTestNats(): Promise<TestNats> {
  const directory = temporaryDirectory('test-nats')
  const options = { directory, removeWithUs: directory, user: 'parley', password: 'nats-of-one-test' }
  let server: InfrastructureServer = await startNats(options)
  const { url, port } = server
  return {
    url,
    get pid() {
      return server.pid
    },
    stop: () => server.stop(),
    kill: () => server.kill(),
    async restart() {
      await server.stop()
      server = await startNats({ ...options, port })
      if (server.port !== port) throw new Error(`port ${port} was taken while nats-server was down`)
    },
  }
}
