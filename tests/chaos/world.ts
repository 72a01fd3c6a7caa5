import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort, putServersOnPath } from '@parley/embedded'
import {
  type ChangeReplica,
  type InfrastructureName,
  type Platform,
  type ServiceName,
  type Supervised,
  serviceNames,
  startPlatform,
} from '@parley/local'
import { scriptedAnswers, startProviderSimulator } from '@parley/simulators'
import { type Person, readRows, registerPerson } from '@parley/testing'
import { type FrameWatch, watchFrames } from './frame-watch.ts'

export interface WorldOptions {
  replicas: Partial<Record<ServiceName, number>>
  people: number
  /** Postgres with fsync, where it is Postgres that is killed. */
  isDurable?: boolean
  serviceEnvironment?: Partial<Record<ServiceName, Record<string, string>>>
  changeReplica?: ChangeReplica
}

export type World = Awaited<ReturnType<typeof startWorld>>

const repository = join(import.meta.dirname, '../..')
const READY_WITHIN_MS = 60_000

/** A run may last longer than an access token, and asks more than people may: neither is what is tested. */
const unlimited: Partial<Record<ServiceName, Record<string, string>>> = {
  auth: { BCRYPT_COST: '4', ACCESS_TOKEN_TTL_S: '86400' },
  gateway: { REQUESTS_PER_MINUTE: '100000000', ACCESS_TOKEN_TTL_S: '86400' },
  // The scripted vendor blocks nothing: the local classifiers do.
  'ai-router': { SAFETY_REMOTE_MODERATION: 'false' },
  usage: { LIMIT_FREE_HOUR: '1000000', LIMIT_FREE_DAY: '1000000', SPEND_CAP_FREE_MONTH_USD: 'none' },
}

/** The whole platform with its own data, scripted vendors and people who are signed in. */
export async function startWorld(options: WorldOptions) {
  await putServersOnPath(join(repository, '.parley/tools'), (text) => process.stderr.write(`${text}\n`))
  const home = mkdtempSync(join(tmpdir(), 'parley-chaos-'))
  const forget = () => rmSync(home, { recursive: true, force: true, maxRetries: 3 })
  process.once('exit', forget)
  const answers = scriptedAnswers()
  const vendors = await startProviderSimulator({ answer: answers })
  const incidents: string[] = []
  const platform = await startPlatform({
    environment: {
      PATH: process.env.PATH,
      PARLEY_HOME: home,
      PORT: String(await freePort()),
      OPENAI_API_KEY: 'sk-scripted-vendor-key',
      OPENAI_BASE_URL: vendors.openaiUrl,
      ANTHROPIC_API_KEY: 'sk-ant-scripted-vendor-key',
      ANTHROPIC_BASE_URL: vendors.anthropicUrl,
    },
    replicas: options.replicas,
    serviceEnvironment: Object.fromEntries(
      serviceNames.map((name) => [name, { ...unlimited[name], ...options.serviceEnvironment?.[name] }]),
    ),
    changeReplica: options.changeReplica,
    isWebWanted: false,
    unsafeFast: !options.isDurable,
    onIncident: (text) => incidents.push(`${new Date().toISOString()} ${text}`),
  }).catch(async (error: unknown) => {
    await vendors.close()
    throw error
  })
  const { postgres } = platform.run.infrastructure
  const gateways = platform.run.services.gateway.map(({ url }) => url)
  const stop = async (): Promise<void> => {
    await platform.stop()
    await vendors.close()
    process.off('exit', forget)
    forget()
  }
  const { people, frames } = await settle(platform, options.people).catch(async (error: unknown) => {
    await stop()
    throw error
  })

  const replicasOf = (service: ServiceName): Supervised[] =>
    Array.from({ length: options.replicas[service] ?? 1 }, (_, index) => platform.service(service, index))

  return {
    url: platform.url,
    gateways,
    people,
    /** What the vendors were asked so far. */
    vendorRequests: answers.requests,
    /** Orders faults at all vendors together, whatever is asked of them. */
    vendorFaults: vendors.faults,
    frames,
    incidents,
    replicasOf,
    infrastructure: (name: InfrastructureName): Supervised => platform.infrastructure(name),
    rows: <T extends object>(service: ServiceName, sql: string, parameters?: unknown[]): Promise<T[]> =>
      readRows<T>(postgres.url, service, sql, parameters),
    /** Resolves when every process runs and is ready. */
    async whole(): Promise<void> {
      for (const service of serviceNames) {
        for (const replica of replicasOf(service)) {
          await replica.ready()
          await untilReady(replica)
        }
      }
    },
    /** Copies the logs of all services and servers, for reading after the world is gone. */
    saveLogs: (directory: string) => cpSync(join(home, 'logs'), directory, { recursive: true }),
    async close(): Promise<void> {
      await frames.close()
      await stop()
    },
  }
}

/** People sign up, and somebody listens to all live frames. */
async function settle({ url, inboxUrl, run }: Platform, count: number): Promise<{ people: Person[]; frames: FrameWatch }> {
  const people: Person[] = []
  for (let index = 0; index < count; index += 1) people.push(await registerPerson({ url, inboxUrl: inboxUrl ?? '' }, `Chaos${index}`))
  return { people, frames: await watchFrames(run.infrastructure.nats.url) }
}

async function untilReady(replica: Supervised): Promise<void> {
  const deadlineMs = performance.now() + READY_WITHIN_MS
  for (;;) {
    const answer = await fetch(`${replica.current.url}/health/ready`, { signal: AbortSignal.timeout(2_000) }).catch(() => null)
    if (answer?.status === 200) return
    if (performance.now() > deadlineMs) throw new Error(`${replica.name} was not ready again within ${READY_WITHIN_MS / 1_000} s`)
    await delay(50)
  }
}
