import { socketApi } from '@parley/contracts'
import type { EndReason } from './open-connections.ts'

/** How a reason to end a connection is told to a socket's client. */
export const closeCodeOf: Record<EndReason, number> = {
  unauthenticated: socketApi.closeCodes.unauthenticated,
  banned: socketApi.closeCodes.banned,
  restarting: socketApi.closeCodes.restarting,
  silent: socketApi.closeCodes.silent,
}
