import { join } from 'node:path'
import { freePort } from '@parley/embedded'
import { type Home, repository } from './home.ts'
import { recordProcess } from './leftovers.ts'
import { beginLog, watchLog } from './log-watch.ts'
import { startBalancer } from './replica-balancer.ts'
import { type ServiceContext, serviceEnvironment } from './service-environment.ts'
import { type ServiceName, serviceNames } from './service-names.ts'
import { startProcess } from './service-process.ts'
import { type StopStack, stopAll } from './stop-stack.ts'
import { type Supervised, supervise } from './supervised.ts'

/**
 * What the image and a container's memory limit of a gigabyte make of V8 there. Left to itself on a big machine it lets the young
 * generation grow to 192 MB and the old one to a multiple of what is alive before it collects, and has four threads help each
 * collection: with seven services on a few cores their main threads then wait for threads that wait for a core.
 */
const V8_OPTIONS = ['--max-semi-space-size=16', '--max-old-space-size=768', '--v8-pool-size=1']

/** Where each process of each service will listen; chosen before any starts, so all can be told of all. */
export interface ServicePorts {
  ports: Record<ServiceName, number[]>
  /** Where the others reach a service. */
  urls: Record<ServiceName, string>
}

/** @param gatewayPort the gateway's preferred port; its further replicas take the next free ones */
export async function chooseServicePorts(
  replicas: Partial<Record<ServiceName, number>>,
  gatewayPort: number,
  stops: StopStack,
): Promise<ServicePorts> {
  const ports: Partial<Record<ServiceName, number[]>> = {}
  const urls: Partial<Record<ServiceName, string>> = {}
  for (const service of serviceNames) {
    const own: number[] = []
    while (own.length < (replicas[service] ?? 1))
      own.push(await freePort(service === 'gateway' ? (own.at(-1) ?? gatewayPort - 1) + 1 : undefined))
    ports[service] = own
    if (own.length === 1 || service === 'gateway') {
      urls[service] = `http://127.0.0.1:${own[0]}`
      continue
    }
    const balancer = await startBalancer(await freePort(), () => own)
    stops.push(() => balancer.close())
    urls[service] = balancer.url
  }
  return { ports: ports as Record<ServiceName, number[]>, urls: urls as Record<ServiceName, string> }
}

/** One process of a service, about to be launched. */
export interface ReplicaLaunch {
  service: ServiceName
  index: number
  /** What it would be started with. */
  environment: Readonly<Record<string, string>>
}

/** Asked at every launch, also when a process is started again. Returns what is to be different from the other processes. */
export type ChangeReplica = (replica: ReplicaLaunch) => ReplicaChange | undefined | Promise<ReplicaChange | undefined>

export interface ReplicaChange {
  /** Variables above all others. */
  environment?: Record<string, string>
  /** Another checkout of the repository, installed and generated, whose files are run: an older or newer version. */
  repository?: string
}

export interface ServicesOptions {
  ports: Record<ServiceName, number[]>
  home: Home
  context: ServiceContext
  /** Above everything else, for tests. */
  extra: Partial<Record<ServiceName, Record<string, string>>>
  /** Of a single process, for tests. */
  changeReplica?: ChangeReplica
  /** What the gateway serves must be there when it starts. */
  beforeGateway: Promise<unknown>
  stops: StopStack
  onIncident(text: string): void
  onChange(): void
}

/** Starts every process of every service side by side, and keeps them running. When one cannot start, all are stopped. */
export async function startServices(options: ServicesOptions): Promise<Record<ServiceName, Supervised[]>> {
  const starting = serviceNames.map(async (service) => {
    if (service === 'gateway') await options.beforeGateway
    return {
      service,
      results: await Promise.allSettled(options.ports[service].map((port, index) => startReplica(service, index, port, options))),
    }
  })
  const groups = await Promise.allSettled(starting)
  const started = (service: ServiceName): Supervised[] =>
    groups
      .flatMap((group) => (group.status === 'fulfilled' && group.value.service === service ? group.value.results : []))
      .flatMap(fulfilled)
  // The edge first: no new work comes in while the others finish theirs. Then chat, whose answers the others account for.
  stops(options.stops, [['gateway'], ['chat'], serviceNames.filter((name) => name !== 'gateway' && name !== 'chat')], started)
  const failure = groups.flatMap((group) => (group.status === 'fulfilled' ? group.value.results : [group])).find(isRejected)
  if (failure) throw failure.reason
  return Object.fromEntries(serviceNames.map((service) => [service, started(service)])) as Record<ServiceName, Supervised[]>
}

function stops(stack: StopStack, order: ServiceName[][], started: (service: ServiceName) => Supervised[]): void {
  for (const services of order.toReversed()) stack.push(() => stopAll(services.flatMap(started)))
}

const fulfilled = <T>(result: PromiseSettledResult<T>): T[] => (result.status === 'fulfilled' ? [result.value] : [])
const isRejected = (result: PromiseSettledResult<unknown>): result is PromiseRejectedResult => result.status === 'rejected'

/** Starts one process of a service and keeps it running. */
async function startReplica(service: ServiceName, index: number, port: number, options: ServicesOptions): Promise<Supervised> {
  const { home, context, onIncident, onChange, changeReplica } = options
  const name = index === 0 ? service : `${service}-${index + 1}`
  const logFile = beginLog(home.logs, name)
  const endWatch = watchLog(logFile, (text) => onIncident(`${name} logged an error: ${text}`))
  options.stops.push(async () => endWatch())
  const environment = { ...(await serviceEnvironment(service, port, context)), ...options.extra[service] }
  const launch = async () => {
    const change = await changeReplica?.({ service, index, environment })
    return startProcess({
      name,
      workingDirectory: join(change?.repository ?? repository, 'services', service),
      args: [`--title=parley-${name}`, ...V8_OPTIONS, '--import', '@parley/telemetry/register', 'src/main.ts'],
      environment: { ...environment, ...change?.environment },
      logFile,
      onSpawn: (pid) => recordProcess(home, pid),
    })
  }
  return await supervise({ name, launch, onIncident, onChange })
}
