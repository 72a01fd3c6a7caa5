import { events } from '@parley/contracts'
import { type Bus, type Follower, follow } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import type { OpenConnections } from '../sockets/open-connections.ts'
import type { KnownApiKeys } from './known-api-keys.ts'

interface Dependencies {
  bus: Bus
  apiKeys: Pick<KnownApiKeys, 'revoke'>
  connections: Pick<OpenConnections, 'endWhere'>
  logger: Logger
}

/** Every replica sees every revocation. One that starts knows no key yet, so nothing of the past is needed. */
export function followRevokedApiKeys({ bus, apiKeys, connections, logger }: Dependencies): Follower {
  return follow({
    bus,
    event: events.apiKeyRevoked,
    sinceMs: 60_000,
    logger,
    handle: ({ userId, keyId }) => {
      apiKeys.revoke(keyId)
      connections.endWhere(userId, ({ claims }) => claims.sid === keyId, 'unauthenticated')
    },
  })
}
