import type { OpenConnections } from './open-connections.ts'

const SWEEP_MS = 1_000

/** Looks after all sockets with one timer. */
export function sweepConnections(connections: OpenConnections): { stop(): void } {
  const timer = setInterval(() => connections.sweep(), SWEEP_MS)
  return { stop: () => clearInterval(timer) }
}
