import { join } from 'node:path'
import { freePort } from '@parley/embedded'
import { type Home, repository } from './home.ts'
import { recordProcess } from './leftovers.ts'
import { beginLog, watchLog } from './log-watch.ts'
import { startBalancer } from './replica-balancer.ts'
import { type ServiceContext, serviceEnvironment } from './service-environment.ts'
import { type ServiceName, serviceNames } from './service-names.ts'
import { startProcess } from './service-process.ts'
import { type Supervised, supervise } from './supervised.ts'

/** Where each process of each service will listen; chosen before any starts, so all can be told of all. */
export interface ServicePorts {
  ports: Record<ServiceName, number[]>
  /** Where the others reach a service. */
  urls: Record<ServiceName, string>
  close(): Promise<void>
}

/** @param gatewayPort the gateway's preferred port; its further replicas take the next free ones */
export async function chooseServicePorts(replicas: Partial<Record<ServiceName, number>>, gatewayPort: number): Promise<ServicePorts> {
  const ports: Partial<Record<ServiceName, number[]>> = {}
  const urls: Partial<Record<ServiceName, string>> = {}
  const balancers: { close(): Promise<void> }[] = []
  for (const service of serviceNames) {
    const own: number[] = []
    while (own.length < (replicas[service] ?? 1)) own.push(await freePort(service === 'gateway' ? (own.at(-1) ?? gatewayPort - 1) + 1 : undefined))
    ports[service] = own
    if (own.length === 1 || service === 'gateway') {
      urls[service] = `http://127.0.0.1:${own[0]}`
      continue
    }
    const balancer = await startBalancer(await freePort(), () => own)
    balancers.push(balancer)
    urls[service] = balancer.url
  }
  return {
    ports: ports as Record<ServiceName, number[]>,
    urls: urls as Record<ServiceName, string>,
    close: async () => {
      await Promise.all(balancers.map((balancer) => balancer.close()))
    },
  }
}

export interface ReplicaOptions {
  service: ServiceName
  /** 0 for the first. */
  index: number
  port: number
  home: Home
  context: ServiceContext
  /** Above everything else, for tests. */
  extraEnvironment?: Record<string, string>
  onIncident(text: string): void
  onChange(): void
}

/** Starts one process of a service and keeps it running. */
export async function startReplica(options: ReplicaOptions): Promise<Supervised> {
  const { service, index, port, home, context, onIncident, onChange } = options
  const name = index === 0 ? service : `${service}-${index + 1}`
  const logFile = beginLog(home.logs, name)
  const unwatch = watchLog(logFile, (text) => onIncident(`${name} logged an error: ${text}`))
  const launch = () =>
    startProcess({
      name,
      workingDirectory: join(repository, 'services', service),
      args: ['--import', '@parley/telemetry/register', 'src/main.ts'],
      environment: { ...serviceEnvironment(service, port, context), ...options.extraEnvironment },
      logFile,
      onSpawn: (pid) => recordProcess(home, pid),
    })
  try {
    return await supervise({ name, launch, onIncident, onChange })
  } catch (error) {
    unwatch()
    throw error
  }
}
