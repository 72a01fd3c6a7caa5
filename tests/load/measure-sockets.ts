import type { SocketsFigures, SocketsOrder } from './generate-sockets.ts'
import { rounded } from './percentiles.ts'
import type { World } from './world.ts'

export interface SocketsLoad {
  sockets: number
  /** Over which they are opened first, s. */
  ramp: number
  /** How long they are held before memory is read, s. */
  hold: number
}

export interface SocketsResult extends SocketsLoad {
  /** That were open, after opening and after the storm. */
  opened: number
  reopened: number
  openSeconds: number
  /** From the moment all connections broke until all clients were back, their waiting included. */
  stormSeconds: number
  /** Attempts that failed, and sockets that were closed by the gateway. */
  errors: number
  failures: Record<string, number>
  /** Of the gateway, MiB: before the first socket, with all of them idle, and after the storm. */
  gatewayRssMb: { before: number; idle: number; afterStorm: number }
  /** Of one idle socket, KiB. */
  kibPerSocket: number
  /** CPU seconds by process during the storm. */
  stormCpuSeconds: Record<string, number>
}

const STORM_HOLD_MS = 3_000

export async function measureSockets(world: World, load: SocketsLoad): Promise<SocketsResult> {
  const { sockets, ramp, hold } = load
  const accessTokens = await world.accessTokens(sockets)
  const ask = (order: SocketsOrder): Promise<SocketsFigures> => world.generator.ask<SocketsFigures>(order)
  const gatewayMb = (): number => world.memoryMb().gateway ?? Number.NaN

  const before = gatewayMb()
  const opened = await ask({ kind: 'open', url: world.url, accessTokens, spreadMs: ramp * 1_000 })
  const held = await ask({ kind: 'hold', forMs: hold * 1_000 })
  const idle = gatewayMb()
  const { result: storm, use } = await world.observe(() => ask({ kind: 'reconnect' }))
  const after = await ask({ kind: 'hold', forMs: STORM_HOLD_MS })
  const afterStorm = gatewayMb()
  await ask({ kind: 'close' })

  const failures = merged([opened, held, storm, after].map(({ errors }) => errors))
  return {
    ...load,
    opened: held.open,
    reopened: after.open,
    openSeconds: rounded(opened.tookMs / 1_000),
    stormSeconds: rounded(storm.tookMs / 1_000),
    errors: Object.values(failures).reduce((total, count) => total + count, 0),
    failures,
    gatewayRssMb: { before, idle, afterStorm },
    kibPerSocket: rounded(((idle - before) * 1_024) / sockets),
    stormCpuSeconds: use.cpuSeconds,
  }
}

function merged(counts: Record<string, number>[]): Record<string, number> {
  const total: Record<string, number> = {}
  for (const [reason, count] of counts.flatMap((one) => Object.entries(one))) total[reason] = (total[reason] ?? 0) + count
  return total
}
