import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@parley/embedded'
import { type Platform, type ServiceName, serviceNames, startPlatform } from '@parley/local'
import { mintAccessTokens } from './access-tokens.ts'
import type { Watched } from './process-figures.ts'
import { memoryMb, observe, type ProcessUse } from './process-use.ts'
import { type SideProcess, startSideProcess } from './side-process.ts'

export interface WorldOptions {
  /** Share of turns that are traced; 0 starts the services without tracing. */
  tracedShare: number
  /** A folder for the CPU profiles of all services, written when they end. */
  profileDirectory?: string
  /** Of services that are to have several; their CPU and memory are then those of one. */
  replicas?: Partial<Record<ServiceName, number>>
  /** Tests only: Postgres without fsync. */
  unsafeFast?: boolean
  onProgress(line: string): void
}

/** The whole platform with a vendor made for measuring, and the process that makes the load. */
export interface World {
  url: string
  /** Of each replica of the gateway. */
  gatewayUrls: string[]
  /** Of the token source. */
  vendorUrl: string
  generator: SideProcess
  accessTokens(count: number): Promise<string[]>
  /** Runs the work and tells what every process used meanwhile. */
  observe<T>(work: () => Promise<T>): Promise<{ result: T; use: ProcessUse }>
  /** Memory of every process at this moment, MiB by name. */
  memoryMb(): Record<string, number>
  incidents: string[]
  close(): Promise<void>
}

const UNLIMITED = '1000000'

export async function startWorld({ tracedShare, profileDirectory, replicas, unsafeFast, onProgress }: WorldOptions): Promise<World> {
  const home = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  const keyEncryptionKey = randomBytes(32).toString('base64')
  const incidents: string[] = []
  const sides: SideProcess[] = []
  const side = async (name: string): Promise<SideProcess> => {
    const started = await startSideProcess(name)
    sides.push(started)
    return started
  }
  let platform: Platform | undefined
  const close = async (): Promise<void> => {
    await platform?.stop()
    await Promise.all(sides.map((one) => one.stop()))
    rmSync(home, { recursive: true, force: true })
  }

  try {
    const [vendor, sink, generator] = [await side('token-source'), await side('trace-sink'), await side('load-generator')]
    const started = await startPlatform({
      environment: {
        PATH: process.env.PATH,
        PARLEY_HOME: home,
        PORT: String(await freePort()),
        ...{ OPENAI_API_KEY: 'sk-bench-token-source', OPENAI_BASE_URL: `${vendor.ready}/v1` },
        ...{ ANTHROPIC_API_KEY: 'sk-ant-bench-token-source', ANTHROPIC_BASE_URL: vendor.ready },
        ...(tracedShare > 0 && {
          OTEL_EXPORTER_OTLP_ENDPOINT: sink.ready,
          OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
          OTEL_TRACES_SAMPLER_ARG: String(tracedShare),
        }),
      },
      serviceEnvironment: serviceEnvironment(keyEncryptionKey, profileDirectory),
      isWebWanted: false,
      replicas,
      unsafeFast,
      onProgress,
      onIncident: (text) => incidents.push(text),
    })
    platform = started
    const watched = watchedProcesses(started, { vendor, sink, generator })
    const databaseUrl = new URL(started.run.infrastructure.postgres.url)
    databaseUrl.pathname = '/parley_auth'
    return {
      url: started.url,
      gatewayUrls: started.run.services.gateway.map(({ url }) => url),
      vendorUrl: vendor.ready,
      generator,
      accessTokens: (count) => mintAccessTokens({ count, databaseUrl: databaseUrl.href, keyEncryptionKey, issuer: started.url }),
      observe: (work) => observe(watched, work),
      memoryMb: () => memoryMb(watched),
      incidents,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** As in production, but for the limits that keep one person or address from doing what a benchmark does. */
function serviceEnvironment(keyEncryptionKey: string, profileDirectory: string | undefined): Record<ServiceName, Record<string, string>> {
  const all: Record<string, string> = {
    NODE_ENV: 'production',
    ...(profileDirectory !== undefined && { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profileDirectory}` }),
  }
  const own: Partial<Record<ServiceName, Record<string, string>>> = {
    auth: { KEY_ENCRYPTION_KEY: keyEncryptionKey },
    gateway: { REQUESTS_PER_MINUTE: UNLIMITED },
    // The token source does not moderate: the local classifiers do.
    'ai-router': { SAFETY_REMOTE_MODERATION: 'false' },
    usage: { LIMIT_FREE_HOUR: UNLIMITED, LIMIT_FREE_DAY: UNLIMITED, SPEND_CAP_FREE_MONTH_USD: 'none' },
  }
  return Object.fromEntries(serviceNames.map((name) => [name, { ...all, ...own[name] }])) as Record<ServiceName, Record<string, string>>
}

function watchedProcesses({ run }: Platform, sides: Record<'vendor' | 'sink' | 'generator', SideProcess>): Watched[] {
  const { postgres, nats, redis } = run.infrastructure
  const services = serviceNames.flatMap((name) => run.services[name].map(({ pid }) => ({ name, pid })))
  return [
    ...services,
    { name: 'nats', pid: nats.pid ?? 0 },
    { name: 'postgres', pid: postgres.pid ?? 0, withChildren: true },
    { name: 'redis', pid: redis.pid ?? 0 },
    { name: 'token source', pid: sides.vendor.pid },
    { name: 'load generator', pid: sides.generator.pid },
    { name: 'trace sink', pid: sides.sink.pid },
    { name: 'supervisor', pid: process.pid },
  ]
}
