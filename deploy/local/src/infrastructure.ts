import { once } from 'node:events'
import { connect } from 'node:net'
import { findBinary, freePort, type InfrastructureServer, startNats, startPostgres, startRedis } from '@parley/embedded'
import type { Home } from './home.ts'
import { beginLog } from './log-watch.ts'
import type { Secrets } from './secrets.ts'
import type { Settings } from './settings.ts'
import { allOrNone } from './stop-stack.ts'
import { type Running, type Supervised, supervise } from './supervised.ts'

const answerTimeoutMs = 5_000

export type InfrastructureName = 'postgres' | 'nats' | 'redis'

/** One server of the three: ours, with a process, or one that was given. */
export interface Infrastructure {
  name: InfrastructureName
  url: string
  /** Null when the server was given and is not ours to start or stop. */
  supervised: Supervised | null
}

export interface InfrastructureOptions {
  home: Home
  settings: Settings
  secrets: Secrets
  /** Tests only: no fsync. */
  unsafeFast?: boolean
  onProgress(text: string): void
  onIncident(text: string): void
  onChange(): void
}

/** Takes the given servers and starts the others, side by side, each on a free port that it keeps when it is restarted. */
export async function startInfrastructure(options: InfrastructureOptions): Promise<Record<InfrastructureName, Infrastructure>> {
  const { settings, home, secrets, onProgress } = options
  const binaryOptions = { toolsDirectory: home.tools, onProgress }
  const [natsBinary, redisBinary] = await findBoth(
    () => (settings.NATS_URL ? null : findBinary('nats-server', binaryOptions)),
    () => (settings.REDIS_URL ? null : findBinary('redis-server', binaryOptions)),
  )
  const [postgres, nats, redis] = await allOrNone([
    provide('postgres', settings.POSTGRES_URL, options, (port, logFile) =>
      startPostgres({
        directory: home.postgres,
        port,
        password: secrets.postgresPassword,
        unsafeFast: options.unsafeFast,
        logFile,
      }),
    ),
    provide('nats', settings.NATS_URL, options, (port, logFile) =>
      startNats({
        directory: home.nats,
        port,
        user: 'parley',
        password: secrets.natsPassword,
        binary: natsBinary ?? undefined,
        logFile,
      }),
    ),
    provide('redis', settings.REDIS_URL, options, (port, logFile) =>
      startRedis({
        directory: home.redis,
        port,
        password: secrets.redisPassword,
        binary: redisBinary ?? undefined,
        logFile,
      }),
    ),
  ])
  return { postgres, nats, redis }
}

type Finder = () => Promise<string> | null

/** One after the other: apt allows one installation at a time. */
async function findBoth(first: Finder, second: Finder): Promise<[string | null, string | null]> {
  return [await first(), await second()]
}

async function provide(
  name: InfrastructureName,
  givenUrl: string | undefined,
  { home, onIncident, onChange }: InfrastructureOptions,
  start: (port: number, logFile: string) => Promise<InfrastructureServer>,
): Promise<Infrastructure> {
  if (givenUrl) {
    await checkAnswers(name, givenUrl)
    return { name, url: givenUrl, supervised: null }
  }
  const port = await freePort()
  const logFile = beginLog(home.logs, name)
  const launch = async (): Promise<Running> => {
    const server = await start(port, logFile)
    if (server.port !== port) {
      await server.stop()
      throw new Error(`port ${port}, which everybody knows it by, is taken`)
    }
    return { ...server, exited: server.exited.then((code) => `exit code ${code}`) }
  }
  const supervised = await supervise({ name, launch, onIncident, onChange })
  return { name, url: supervised.current.url, supervised }
}

const defaultPorts: Record<InfrastructureName, number> = { postgres: 5432, nats: 4222, redis: 6379 }

/** Said here, where the variable is known: services would wait for a server that is not there. */
async function checkAnswers(name: InfrastructureName, url: string): Promise<void> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port || defaultPorts[name]) })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(answerTimeoutMs) })
  } catch (cause) {
    throw new Error(`${name.toUpperCase()}_URL is set, but nothing answers at ${hostname}:${port || defaultPorts[name]}`, { cause })
  } finally {
    socket.destroy()
  }
}

/** One line for a person: what runs, what was given. */
export function describeInfrastructure(infrastructure: Record<InfrastructureName, Infrastructure>): string {
  return Object.values(infrastructure)
    .map(({ name, supervised }) => (supervised ? name : `${name} (given)`))
    .join(', ')
}
