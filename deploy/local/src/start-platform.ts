import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { prepareDatabases } from './databases.ts'
import { forget, openHome } from './home.ts'
import { type InfrastructureName, startInfrastructure } from './infrastructure.ts'
import { endLeftovers } from './leftovers.ts'
import { lockHome } from './platform-lock.ts'
import { createProgress } from './progress.ts'
import { type Run, writeRunFile } from './run-file.ts'
import { openSecrets } from './secrets.ts'
import type { ServiceContext } from './service-environment.ts'
import { type ServiceName, serviceNames } from './service-names.ts'
import { chooseServicePorts, startReplica } from './services.ts'
import { type Environment, homeDirectory, readSettings } from './settings.ts'
import { type GivenSimulators, startStand } from './simulators.ts'
import type { Supervised } from './supervised.ts'
import { buildWeb, webDirectory } from './web-build.ts'

export interface PlatformOptions {
  /** What a person would set in the environment or \`.env\`; nothing else is read. PARLEY_HOME is the data folder. */
  environment: Environment
  replicas?: Partial<Record<ServiceName, number>>
  /** Forget all data first. */
  isFresh?: boolean
  /** Build and serve the web app; true by default. */
  isWebWanted?: boolean
  /** Further variables of a service, above those the platform makes. */
  serviceEnvironment?: Partial<Record<ServiceName, Record<string, string>>>
  /** A simulator that runs already, instead of one of our own. */
  simulators?: GivenSimulators
  /** For tests: Postgres without fsync. */
  unsafeFast?: boolean
  /** Receives what is being done, line by line. */
  onProgress?(line: string): void
  /** Receives what went wrong while running and what is done about it. */
  onIncident?(text: string): void
}

export interface Platform {
  url: string
  inboxUrl: string | null
  admin: { email: string; password: string }
  /** As in run.json; pids are those of now. */
  readonly run: Run
  /** The first process of a service, or the one with this index. */
  service(name: ServiceName, index?: number): Supervised
  /** One of the servers we started; throws when it was given. */
  infrastructure(name: InfrastructureName): Supervised
  /** Drains the services, edge first, then stops the servers. */
  stop(): Promise<void>
}

/** Starts everything: servers, databases, simulators, the seven services, the web app. Resolves when all are ready. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const settings = readSettings(options.environment)
  const home = openHome(homeDirectory(settings))
  const stops = createStopStack()
  const unlock = lockHome(home)
  stops.push(async () => unlock())
  try {
    return await startLocked(options, settings, home, stops)
  } catch (error) {
    await stops.runAll()
    throw error
  }
}

async function startLocked(options: PlatformOptions, settings: Settings, home: Home, stops: StopStack): Promise<Platform> {
  const { environment, replicas = {}, unsafeFast, isWebWanted = true, onIncident = () => undefined } = options
  const progress = createProgress(options.onProgress ?? (() => undefined))
  let readRun: (() => Run) | undefined
  const onChange = () => readRun && writeRunFile(home.runFile, readRun())
  const events = { onIncident, onChange, onProgress: progress.say }

  const ended = await endLeftovers(home)
  if (ended > 0) progress.say(`ended ${ended} processes that an earlier run had left behind`)
  if (options.isFresh) forget(home)
  const secrets = await openSecrets(home.secretsFile)
  const admin = { email: settings.ADMIN_EMAIL ?? 'admin@parley.local', password: settings.ADMIN_PASSWORD ?? secrets.adminPassword }

  // The web app is built beside everything else; only the gateway waits for it.
  const web = isWebWanted ? progress.step(buildWeb, (isBuilt) => (isBuilt ? 'web app built' : '')) : Promise.resolve(false)
  web.catch(() => undefined)

  const standing = progress.step(
    () => startStand({ home, settings, given: environment, simulators: options.simulators, ...events }),
    (stand) => (stand.supervised.length > 0 ? `started ${stand.supervised.map(({ name }) => name).join(', ')}` : ''),
  )
  standing.catch(() => undefined)
  const infrastructure = await progress.step(() => startInfrastructure({ home, settings, secrets, unsafeFast, ...events }), describeInfrastructure)
  stops.push(async () => infrastructure.postgres.supervised?.stop())
  stops.push(() => stopAll([infrastructure.nats.supervised, infrastructure.redis.supervised]))
  const databases = await progress.step(
    () => prepareDatabases(infrastructure.postgres.url, secrets),
    ({ changed }) => (changed > 0 ? `databases made and migrated: ${changed}` : 'databases are up to date'),
  )
  const stand = await standing
  stops.push(() => stopAll(stand.supervised))
