import type { InfrastructureName } from './infrastructure.ts'
import type { Run } from './run-file.ts'
import type { ServiceName } from './service-names.ts'
import type { ChangeReplica } from './services.ts'
import type { Environment } from './settings.ts'
import type { GivenSimulators } from './simulators.ts'
import type { Supervised } from './supervised.ts'

export interface PlatformOptions {
  /** What a person would set in the environment or `.env`; nothing else is read. PARLEY_HOME is the data folder. */
  environment: Environment
  replicas?: Partial<Record<ServiceName, number>>
  /** Forget all data first. */
  isFresh?: boolean
  /** Build and serve the web app; true by default. */
  isWebWanted?: boolean
  /** Further variables of a service, above those the platform makes. */
  serviceEnvironment?: Partial<Record<ServiceName, Record<string, string>>>
  /** For tests: what is different about one process of a service. */
  changeReplica?: ChangeReplica
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
  /** Null when mails are really sent. */
  inboxUrl: string | null
  admin: { email: string; password: string }
  /** As in run.json, with the processes of now. */
  readonly run: Run
  /** One process of a service: the first, or the one with this index. */
  service(name: ServiceName, index?: number): Supervised
  /** One of the servers we started; throws when it was given. */
  infrastructure(name: InfrastructureName): Supervised
  /** Drains the services, edge first, then stops the servers. Calling it twice is harmless. */
  stop(): Promise<void>
}
