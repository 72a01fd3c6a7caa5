import { crashFor, repeatedly } from '../drive.ts'
import type { Fault } from '../fault.ts'

const AWAY_MS = 30_000

export const natsAway: Fault = {
  id: 'F-12',
  promise: 'NATS killed and away for 30 s: REST goes on, streams resume within 5 s of its return, outboxes drain, order is kept',
  prepare: ({ awayMs }) => ({
    replicas: { chat: 2, gateway: 2 },
    // Some streams last longer than NATS is away.
    shape: { tokens: [100, 900], tokensPerSecond: [20, 30] },
    // No quota can be reserved without NATS.
    allows: { refusals: true },
    bounds: { backMs: 5_000 },
    drive: repeatedly(({ world }) => crashFor(world.infrastructure('nats'), awayMs ?? AWAY_MS)),
  }),
}
