import { setTimeout as delay } from 'node:timers/promises'
import type { StopsFigures, StopsOrder } from './generate-stops.ts'
import type { World } from './world.ts'

export interface StopsLoad {
  /** At a time: one for each client. */
  turns: number
  /** Tokens a second of one answer. */
  rate: number
  /** Stopped answers of each client, one after the other. */
  rounds: number
  /** Over which the first starts are spread, s. */
  ramp: number
}

export interface StopsResult extends StopsLoad, StopsFigures {
  failed: number
}

/** Two of each on the way of a stop, so that most are asked of another replica than the one that writes the answer. */
export const stopReplicas = { gateway: 2, chat: 2 } as const

const SETTLE_MS = 2_000

export async function measureStops(world: World, load: StopsLoad): Promise<StopsResult> {
  const { turns, rate, rounds, ramp } = load
  const accessTokens = await world.accessTokens(turns)
  const order: StopsOrder = { kind: 'stops', urls: world.gatewayUrls, accessTokens, rate, rounds, rampMs: ramp * 1_000 }
  await world.generator.ask<StopsFigures>({ ...order, rounds: 1 })
  await delay(SETTLE_MS)
  const figures = await world.generator.ask<StopsFigures>(order)
  return { ...load, ...figures, failed: turns * rounds - figures.stopped }
}
