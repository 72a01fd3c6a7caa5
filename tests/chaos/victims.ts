import type { ServiceName, Supervised } from '@parley/local'
import type { Run } from './fault.ts'

/** What tells that a replica is in the middle of something. */
const busyMetrics: Partial<Record<ServiceName, string>> = {
  chat: 'parley_chat_turns_running',
  'ai-router': 'parley_ai_calls_running',
}

/**
 * A replica that is worth killing now: a random one of those that write answers, make calls, or have clients. Connections
 * are kept, so a replica that has just been started may well have nothing to do. Any one when none is busy.
 */
export async function pickBusy({ world, streams, random }: Run, service: ServiceName): Promise<Supervised> {
  const replicas = world.replicasOf(service)
  const metric = busyMetrics[service]
  const load = async (replica: Supervised): Promise<number> => {
    if (service === 'gateway') return streams.linesAt(replica.current.url)
    return metric === undefined ? 0 : readGauge(replica, metric)
  }
  const loads = await Promise.all(replicas.map(load))
  const busy = replicas.filter((_, index) => (loads[index] ?? 0) > 0)
  return random.pick(busy.length > 0 ? busy : replicas)
}

async function readGauge(replica: Supervised, name: string): Promise<number> {
  const text = await fetch(`${replica.current.url}/metrics`, { signal: AbortSignal.timeout(2_000) })
    .then((answer) => answer.text())
    .catch(() => '')
  return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1] ?? 0)
}
