import { events } from '@parley/contracts'
import { type Bus, type Follower, follow } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import type { KnownApiKeys } from '../api-keys/known-api-keys.ts'
import type { OpenConnections } from '../sockets/open-connections.ts'
import type { Revocations } from './revocations.ts'

interface Dependencies {
  bus: Bus
  revocations: Revocations
  connections: OpenConnections
  apiKeys: Pick<KnownApiKeys, 'forget'>
  accessTokenTtlMs: number
  logger: Logger
}

/** Every replica sees every revocation, those of the last access token's lifetime included when it starts. */
export function followRevokedSessions({ bus, revocations, connections, apiKeys, accessTokenTtlMs, logger }: Dependencies): Follower {
  return follow({
    bus,
    event: events.sessionRevoked,
    sinceMs: accessTokenTtlMs,
    logger,
    handle: (message, { occurredAt }) => {
      revocations.add(message, occurredAt)
      // What ends sessions (a changed role, a deleted account) may have changed what the user's keys may do.
      apiKeys.forget(message.userId)
      connections.endWhere(message.userId, ({ claims }) => revocations.isRevoked(claims), 'unauthenticated')
    },
  })
}
