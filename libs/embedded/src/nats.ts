import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findBinary } from './find-binary.ts'
import { freePort } from './free-port.ts'
import { startLeashed } from './leashed-process.ts'
import { pidFrom, stopLeftover } from './leftover.ts'
import { answers, type InfrastructureServer, waitUntilReady } from './server.ts'

export interface NatsOptions {
  /** Holds JetStream's files, the configuration (mode 600), the pid file and the log. */
  directory: string
  port?: number
  user: string
  password: string
  /** Path of nats-server; looked for on PATH when left out. */
  binary?: string
  logFile?: string
  /** For one test: a directory to remove when this process has ended, and the server with it. */
  removeWithUs?: string
}

/** Starts nats-server with JetStream on 127.0.0.1. One left behind by an earlier run in the same directory is stopped first. */
export async function startNats(options: NatsOptions): Promise<InfrastructureServer> {
  const { directory, user, password } = options
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const binary = options.binary ?? (await findBinary('nats-server'))
  const pidFile = join(directory, 'nats.pid')
  const leftoverPid = pidFrom(pidFile)
  if (leftoverPid !== null) await stopLeftover({ pid: leftoverPid, directory })
  const port = await freePort(options.port)
  const configuration = join(directory, 'nats.conf')
  writeFileSync(
    configuration,
    [
      'host: "127.0.0.1"',
      `port: ${port}`,
      `pid_file: ${JSON.stringify(pidFile)}`,
      `jetstream { store_dir: ${JSON.stringify(join(directory, 'store'))}, max_memory_store: 1073741824, max_file_store: 4294967296 }`,
      `authorization { user: ${JSON.stringify(user)}, password: ${JSON.stringify(password)} }`,
      'max_payload: 1048576',
      '',
    ].join('\n'),
    { mode: 0o600 },
  )
  const logFile = options.logFile ?? join(directory, 'nats.log')
  const server = await startLeashed({
    command: [binary, '--config', configuration],
    logFile,
    stopSignal: 'SIGTERM',
    removeWithUs: options.removeWithUs,
  })
  await waitUntilReady({ name: 'nats-server', server, logFile, isReady: () => answers(port, '', 'INFO ') })
  const url = `nats://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${port}`
  return { url, port, pid: server.pid, exited: server.exited, stop: () => server.stop(), kill: () => server.kill() }
}
