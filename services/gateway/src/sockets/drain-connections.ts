import { setTimeout as delay } from 'node:timers/promises'
import type { OpenConnections } from './open-connections.ts'

const LONGEST_MS = 3_000
const LOOK_MS = 25

/** Tells every client to come back elsewhere (1012) and waits until they are gone, a moment at most. */
export async function drainConnections(connections: OpenConnections): Promise<void> {
  const endsAtMs = Date.now() + LONGEST_MS
  connections.endAllWhere(() => true, 'restarting')
  while (connections.size > 0 && Date.now() < endsAtMs) await delay(LOOK_MS)
}
