import { crashFor, repeatedly } from '../drive.ts'
import type { Fault } from '../fault.ts'

const AWAY_MS = 10_000

export const postgresAway: Fault = {
  id: 'F-8',
  promise:
    'Postgres killed and away for 10 s: REST answers 503 within 2 s and never hangs, live streams go on and are saved, writes survive',
  prepare: ({ awayMs }) => ({
    replicas: { chat: 2, gateway: 2 },
    isDurable: true,
    // Some streams last longer than Postgres is away.
    shape: { tokens: [100, 500], tokensPerSecond: [20, 30] },
    restAllows: ['503'],
    // Nothing new is taken on without Postgres; what has begun is not touched.
    allows: { refusals: true },
    bounds: { restMs: 2_000, textGapMs: 5_000 },
    drive: repeatedly(({ world }) => crashFor(world.infrastructure('postgres'), awayMs ?? AWAY_MS)),
  }),
}
