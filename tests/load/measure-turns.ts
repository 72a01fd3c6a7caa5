import { setTimeout as delay } from 'node:timers/promises'
import type { DirectFigures, DirectOrder } from './generate-direct.ts'
import type { TurnsFigures, TurnsOrder } from './generate-turns.ts'
import { added, type Percentiles, rounded } from './percentiles.ts'
import type { World } from './world.ts'

export interface TurnsLoad {
  /** At a time: one for each client. */
  turns: number
  /** Tokens a second of one answer. */
  rate: number
  /** Tokens of one answer. */
  answer: number
  /** Answers of each client, one after the other, in one conversation. */
  rounds: number
  /** Over which the first starts are spread, s. */
  ramp: number
}

interface Compared {
  direct: Percentiles
  platform: Percentiles
  added: Percentiles
}

export interface TurnsResult extends TurnsLoad {
  firstTokenMs: Compared
  tokenMs: Compared
  tokens: number
  tokensPerSecond: number
  framesPerSecond: number
  completed: number
  failed: number
  failures: Record<string, number>
  lost: number
  duplicate: number
  reordered: number
  /** By process. */
  cpuSecondsPerMillionTokens: Record<string, number>
  /** Share of one core, by process. */
  coreShare: Record<string, number>
  /** Largest resident memory, by process, MiB. */
  rssMb: Record<string, number>
}

const WARM_UP_TOKENS = 40
const WARM_UP_RATE = 20
/** What a run leaves to be done behind it (events, bookings) is not to fall into the next one. */
const SETTLE_MS = 2_000

/** The same load twice: straight from the vendor, then through the platform. */
export async function measureTurns(world: World, load: TurnsLoad): Promise<TurnsResult> {
  const { turns, rate, answer: tokens, rounds, ramp } = load
  const rampMs = ramp * 1_000
  const accessTokens = await world.accessTokens(turns)
  const order: TurnsOrder = { kind: 'turns', url: world.url, accessTokens, tokens, rate, rounds, rampMs }
  await world.generator.ask<TurnsFigures>({ ...order, tokens: WARM_UP_TOKENS, rate: WARM_UP_RATE, rounds: 1 })
  await delay(SETTLE_MS)

  const directOrder: DirectOrder = { kind: 'direct', url: world.vendorUrl, turns, tokens, rate, rampMs }
  const direct = await world.generator.ask<DirectFigures>(directOrder)
  await delay(SETTLE_MS)

  const { result, use } = await world.observe(() => world.generator.ask<TurnsFigures>(order))
  const { firstTokenMs, tokenMs, ...counts } = result
  return {
    ...load,
    firstTokenMs: compare(direct.firstTokenMs, firstTokenMs),
    tokenMs: compare(direct.tokenMs, tokenMs),
    ...counts,
    failed: turns * rounds - counts.completed,
    cpuSecondsPerMillionTokens: mapValues(use.cpuSeconds, (cpu) => Math.round((cpu / counts.tokens) * 1e6)),
    coreShare: mapValues(use.cpuSeconds, (cpu) => rounded(cpu / use.seconds)),
    rssMb: use.rssMb,
  }
}

const compare = (direct: Percentiles, platform: Percentiles): Compared => ({ direct, platform, added: added(platform, direct) })

const mapValues = (record: Record<string, number>, change: (value: number) => number): Record<string, number> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
