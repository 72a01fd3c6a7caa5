import { broadcasts } from '@parley/contracts'
import type { Bus } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import type { OpenConnections } from '../sockets/open-connections.ts'
import type { BanList } from './ban-list.ts'
import type { BanStore } from './bans.store.ts'

/** A broadcast may be lost: a ban is in force everywhere within 5 s all the same. */
const POLL_MS = 4_000

interface Dependencies {
  bus: Bus
  store: BanStore
  bans: BanList
  connections: OpenConnections
  logger: Logger
}

export interface BanRefresh {
  /** Reads the bans now. */
  run(): Promise<void>
  stop(): void
}

/** Keeps the list of bans in step with the table: at a broadcast and every 4 s. A new ban ends its open connections. */
export function refreshBans({ bus, store, bans, connections, logger }: Dependencies): BanRefresh {
  async function run(): Promise<void> {
    bans.replace(await store.listInForce())
    connections.endAllWhere(({ claims, ip }) => bans.isUserBanned(claims.sub) || bans.isAddressBanned(ip), 'banned')
  }
  const runLogged = () => {
    run().catch((error: unknown) => logger.warn({ err: error }, 'bans could not be read, the last known ones hold'))
  }
  runLogged()
  const unsubscribe = bus.onBroadcast(broadcasts.bansChanged, runLogged)
  const timer = setInterval(runLogged, POLL_MS)
  return {
    run,
    stop() {
      clearInterval(timer)
      unsubscribe()
    },
  }
}
