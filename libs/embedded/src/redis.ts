import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findBinary } from './find-binary.ts'
import { freePort } from './free-port.ts'
import { startLeashed } from './leashed-process.ts'
import { pidFrom, stopLeftover } from './leftover.ts'
import { answers, type InfrastructureServer, waitUntilReady } from './server.ts'

export interface RedisOptions {
  /** Holds the configuration (mode 600), the pid file and the log. */
  directory: string
  port?: number
  password: string
  /** Path of redis-server; looked for on PATH when left out. */
  binary?: string
  logFile?: string
  /** For one test: a directory to remove when this process has ended, and the server with it. */
  removeWithUs?: string
}

/**
 * Starts redis-server on 127.0.0.1, keeping nothing on disk: Parley's Redis caches and counts, Postgres is the truth.
 * One left behind by an earlier run in the same directory is stopped first.
 */
export async function startRedis(options: RedisOptions): Promise<InfrastructureServer> {
  const { directory, password } = options
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const binary = options.binary ?? (await findBinary('redis-server'))
  const pidFile = join(directory, 'redis.pid')
  const configuration = join(directory, 'redis.conf')
  const leftoverPid = pidFrom(pidFile)
  // Redis rewrites its process title to name and port, so the configuration file cannot be seen in it.
  if (leftoverPid !== null) await stopLeftover({ pid: leftoverPid, directory: redisTitle(directory) })
  const port = await freePort(options.port)
  writeFileSync(
    configuration,
    [
      'bind 127.0.0.1',
      `port ${port}`,
      `dir ${JSON.stringify(directory)}`,
      `pidfile ${JSON.stringify(pidFile)}`,
      `requirepass ${JSON.stringify(password)}`,
      `proc-title-template ${JSON.stringify(`{title} {listen-addr} ${redisTitle(directory)}`)}`,
      'save ""',
      'appendonly no',
      'maxmemory 268435456',
      'maxmemory-policy allkeys-lru',
      '',
    ].join('\n'),
    { mode: 0o600 },
  )
  const logFile = options.logFile ?? join(directory, 'redis.log')
  const server = await startLeashed({
    command: [binary, configuration],
    logFile,
    stopSignal: 'SIGTERM',
    removeWithUs: options.removeWithUs,
  })
  const question = `AUTH ${password}\r\nPING\r\n`
  await waitUntilReady({ name: 'redis-server', server, logFile, isReady: () => answers(port, question, '+PONG') })
  const url = `redis://:${encodeURIComponent(password)}@127.0.0.1:${port}`
  return { url, port, pid: server.pid, exited: server.exited, stop: () => server.stop(), kill: () => server.kill() }
}

const redisTitle = (directory: string): string => `parley ${directory}`
