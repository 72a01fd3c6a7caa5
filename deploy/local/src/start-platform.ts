import { rmSync } from 'node:fs'
import { prepareDatabases } from './databases.ts'
import { forget, type Home, openHome } from './home.ts'
import { describeInfrastructure, startInfrastructure } from './infrastructure.ts'
import { endLeftovers } from './leftovers.ts'
import type { Platform, PlatformOptions } from './platform.ts'
import { lockHome } from './platform-lock.ts'
import { createProgress } from './progress.ts'
import { type Run, writeRunFile } from './run-file.ts'
import { openSecrets } from './secrets.ts'
import type { ServiceContext } from './service-environment.ts'
import { chooseServicePorts, startServices } from './services.ts'
import { homeDirectory, readSettings, type Settings } from './settings.ts'
import { startStand } from './simulators.ts'
import { createStopStack, type StopStack, stopAll } from './stop-stack.ts'
import type { Supervised } from './supervised.ts'
import { buildWeb, webDirectory } from './web-build.ts'

/**
 * Starts everything: servers, databases, simulators, the seven services, the web app. Resolves when all are ready.
 * Throws ConfigError, AlreadyRunningError, or an Error that says what could not be started; nothing is left running then.
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const settings = readSettings(options.environment)
  const home = openHome(homeDirectory(settings))
  const unlock = lockHome(home)
  const stops = createStopStack()
  stops.push(async () => unlock())
  try {
    return await startLocked({ ...options, settings, home, stops })
  } catch (error) {
    await stops.runAll()
    throw error
  }
}

interface LockedOptions extends PlatformOptions {
  settings: Settings
  home: Home
  stops: StopStack
}

async function startLocked(options: LockedOptions): Promise<Platform> {
  const { environment, settings, home, stops, replicas = {}, isWebWanted = true, onIncident = () => undefined } = options
  const progress = createProgress(options.onProgress ?? (() => undefined))
  let readRun: (() => Run) | undefined
  const onChange = () => readRun && writeRunFile(home.runFile, readRun())
  const events = { onIncident, onChange, onProgress: progress.say }

  const ended = await endLeftovers(home)
  if (ended > 0) progress.say(`ended ${ended} processes that an earlier run had left behind`)
  if (options.isFresh) forget(home)
  const secrets = await openSecrets(home.secretsFile)

  const starting = {
    infrastructure: progress.step(
      () => startInfrastructure({ home, settings, secrets, unsafeFast: options.unsafeFast, ...events }),
      describeInfrastructure,
    ),
    stand: progress.step(
      () => startStand({ home, settings, given: environment, simulators: options.simulators, ...events }),
      (stand) => (stand.supervised.length > 0 ? `simulators: ${stand.supervised.map(({ name }) => name).join(', ')}` : ''),
    ),
    // Built beside everything else; only the gateway waits for it.
    web: isWebWanted ? progress.step(buildWeb, (isBuilt) => (isBuilt ? 'web app built' : '')) : Promise.resolve(false),
  }
  // A failure is met where its result is needed; until then it must not count as unhandled.
  for (const promise of Object.values(starting)) promise.catch(() => undefined)
  stops.push(async () => {
    const { postgres, nats, redis } = await starting.infrastructure
    await stopAll([nats.supervised, redis.supervised])
    await stopAll([postgres.supervised])
  })
  stops.push(async () => stopAll((await starting.stand).supervised))
  stops.push(async () => rmSync(home.runFile, { force: true }))

  const infrastructure = await starting.infrastructure
  const databases = await progress.step(
    () => prepareDatabases(infrastructure.postgres.url, secrets),
    ({ changed }) => (changed > 0 ? `databases made or migrated: ${changed}` : 'databases are up to date'),
  )
  const stand = await starting.stand
  const places = await chooseServicePorts(replicas, settings.PORT, stops)
  const [gatewayPort] = places.ports.gateway
  if (gatewayPort !== settings.PORT) progress.say(`port ${settings.PORT} is in use; the gateway takes ${gatewayPort}`)

  const context: ServiceContext = {
    publicUrl: settings.PUBLIC_URL ?? `http://localhost:${gatewayPort}`,
    serviceUrls: places.urls,
    databaseUrls: databases.urls,
    infrastructureUrls: { postgres: infrastructure.postgres.url, nats: infrastructure.nats.url, redis: infrastructure.redis.url },
    providers: stand.providers,
    smtpUrl: stand.smtpUrl,
    admin: { email: settings.ADMIN_EMAIL ?? 'admin@parley.local', password: settings.ADMIN_PASSWORD ?? secrets.adminPassword },
    secrets,
    webDirectory: isWebWanted ? webDirectory : null,
    logLevel: settings.LOG_LEVEL,
    given: environment,
  }
  const services = await progress.step(
    () =>
      startServices({
        ports: places.ports,
        home,
        context,
        extra: options.serviceEnvironment ?? {},
        changeReplica: options.changeReplica,
        beforeGateway: starting.web,
        stops,
        ...events,
      }),
    (started) =>
      `services ready: ${Object.values(started)
        .flat()
        .map(({ name }) => name)
        .join(', ')}`,
  )

  const url = context.publicUrl
  readRun = () => ({
    url,
    inboxUrl: stand.inboxUrl,
    admin: context.admin,
    services: mapValues(services, (list) => list.map(({ current }) => ({ pid: current.pid, url: current.url }))),
    infrastructure: mapValues(infrastructure, (one) => ({ url: one.url, pid: one.supervised?.current.pid ?? null })),
    simulators: { ...stand.simulatorUrls, stripe: null },
  })
  onChange()
  return {
    url,
    inboxUrl: stand.inboxUrl,
    admin: context.admin,
    get run() {
      return (readRun as () => Run)()
    },
    service: (name, index = 0) => existing(services[name][index], `${name} has no process number ${index}`),
    infrastructure: (name) => existing(infrastructure[name].supervised, `${name} was given and is not ours to stop`),
    stop() {
      readRun = undefined
      return stops.runAll()
    },
  }
}

function existing(supervised: Supervised | null | undefined, otherwise: string): Supervised {
  if (!supervised) throw new Error(otherwise)
  return supervised
}

function mapValues<K extends string, V, R>(record: Record<K, V>, change: (value: V) => R): Record<K, R> {
  return Object.fromEntries(Object.entries<V>(record).map(([key, value]) => [key, change(value)])) as Record<K, R>
}
