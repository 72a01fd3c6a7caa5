import { setTimeout as delay } from 'node:timers/promises'
import type { ChangeReplica, ServiceName } from '@parley/local'
import { pause, repeatedly, seconds } from '../drive.ts'
import type { Fault, Run } from '../fault.ts'
import { type Relay, startRelay } from '../relay.ts'
import { pickBusy } from '../victims.ts'

/** The ways between two that are broken, each for the first replica of the one alone: by its variable. */
const links: readonly { from: ServiceName; to: string; variable: string }[] = [
  { from: 'chat', to: 'Postgres', variable: 'DATABASE_URL' },
  { from: 'chat', to: 'NATS', variable: 'NATS_URL' },
  { from: 'chat', to: 'ai-router', variable: 'AI_ROUTER_URL' },
  { from: 'gateway', to: 'chat', variable: 'CHAT_URL' },
  { from: 'gateway', to: 'NATS', variable: 'NATS_URL' },
  { from: 'ai-router', to: 'Postgres', variable: 'DATABASE_URL' },
  { from: 'usage', to: 'NATS', variable: 'NATS_URL' },
  { from: 'usage', to: 'Postgres', variable: 'DATABASE_URL' },
]

/** Longer than a turn's lease of 6 s, and the look for lost turns each second. */
const APART_MS = 10_000

export const partitions: Fault = {
  id: 'F-14',
  promise: 'any two cut off from each other, or a chat replica paused beyond its lease: no turn has two owners, nothing is lost',
  prepare({ awayMs }) {
    const relays = new Map<string, Relay>()
    const apartMs = awayMs ?? APART_MS
    let kinds: (Parting | null)[] = [
      ...links.flatMap((link) => [
        { ...link, way: 'cut' as const },
        { ...link, way: 'stall' as const },
      ]),
      null,
      null,
    ]
    return {
      replicas: { chat: 2, gateway: 2, 'ai-router': 2, usage: 2 },
      changeReplica: throughRelays(relays),
      // The part that is cut off cannot answer, and nobody takes it out of the balancer.
      restAllows: ['503', '504'],
      allows: { refusals: true },
      drive: repeatedly(async (run, number) => {
        // Every kind once before one comes twice.
        if (number === 1) kinds = run.random.shuffle(kinds)
        const kind = kinds[(number - 1) % kinds.length]
        return kind ? part(relays, kind, apartMs) : pauseOwner(run, apartMs)
      }),
      close: async () => {
        await Promise.all([...relays.values()].map((relay) => relay.close()))
      },
    }
  },
}

function throughRelays(relays: Map<string, Relay>): ChangeReplica {
  return async ({ service, index, environment }) => {
    if (index !== 0) return undefined
    const changed: Record<string, string> = {}
    for (const { from, variable } of links) {
      if (from !== service) continue
      const url = new URL(environment[variable] ?? '')
      const key = `${service} ${variable}`
      const relay = relays.get(key) ?? (await startRelay({ host: url.hostname, port: Number(url.port) }))
      relays.set(key, relay)
      url.hostname = '127.0.0.1'
      url.port = String(relay.port)
      // An origin has no path; `href` would add one.
      changed[variable] = url.protocol === 'http:' ? url.origin : url.href
    }
    return { environment: changed }
  }
}

type Parting = (typeof links)[number] & { way: 'cut' | 'stall' }

async function part(relays: Map<string, Relay>, { from, to, variable, way }: Parting, apartMs: number): Promise<string> {
  const relay = relays.get(`${from} ${variable}`)
  if (!relay) throw new Error(`there is no relay between ${from} and ${to}`)
  relay[way]()
  await delay(apartMs)
  relay.heal()
  return `${from} and ${to} ${way === 'cut' ? 'cut' : 'stalled'} for ${seconds(apartMs)}`
}

const pauseOwner = async (run: Run, forMs: number): Promise<string> => pause(await pickBusy(run, 'chat'), forMs)
