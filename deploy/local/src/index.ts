/** The embedded platform: everything Parley needs, started on one machine. What `npm start` runs and end-to-end tests use. */

export type { InfrastructureName } from './infrastructure.ts'
export type { Platform, PlatformOptions } from './platform.ts'
export { AlreadyRunningError } from './platform-lock.ts'
export type { Run } from './run-file.ts'
export { type ServiceName, serviceNames } from './service-names.ts'
export type { ChangeReplica, ReplicaChange, ReplicaLaunch } from './services.ts'
export { startPlatform } from './start-platform.ts'
export type { Supervised } from './supervised.ts'
